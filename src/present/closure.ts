import type { ClosureResult } from '../operations/closure.ts';
import { bytes, counted } from '../base/units.ts';
import { formWords, nearPath } from './written-root.ts';

/** What `targetry sysroot --closure` answers: what is in it, from which package, and what may still be opened at run time. */
export function renderClosure(result: ClosureResult, { cwd }: { readonly cwd: string }): string {
  const { path, form, environment, arch, artifacts, libraries, interpreter, notes, prefix } = result;
  const all = [...(interpreter === undefined ? [] : [interpreter]), ...libraries];
  const size = [...artifacts, ...all].reduce((sum, one) => sum + one.size, 0);
  const lines = [
    `${nearPath(path, cwd)}: ${counted(all.length, 'file')} of ${environment} ${arch}, ${bytes(size)}, as ${formWords[form]}`,
    ...(result.sha256 === undefined ? [] : [`  sha256:${result.sha256}`]),
    ...artifacts.map(
      ({ path: place, changed }) => `  ${place}${changed ? '  looks below the prefix now' : ''}`,
    ),
    ...all.map((one) => `  ${one.path}${one.package === null ? '' : `  ${one.package} ${one.version}`}`),
    ...(all.length === 0 ? ['  it is static, and needs nothing of the system but its kernel'] : []),
    ...(prefix !== undefined && form !== 'oci'
      ? [`  it is used at ${prefix}: what is written is what that folder holds`]
      : []),
    ...notes.map((note) => `  note: ${note}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
