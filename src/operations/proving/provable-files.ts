/** What `targetry prove` can prove: what a build left in `dist/`, and any file that the user names. */
import { basename, join, resolve } from 'node:path';
import { parseArch } from '../../abi/cpu.ts';
import { auditPaths } from '../../audit/audit-paths.ts';
import type { ArtifactAudit } from '../../audit/report.ts';
import { isAddon } from '../../proof/needs.ts';
import type { Provable } from '../../proof/provable.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import type { BuildResult } from '../build.ts';

/** All that was built and has native files: nothing else differs from system to system. */
export async function provableArtifacts(
  context: Context,
  { artifacts, dist }: BuildResult,
): Promise<readonly Provable[]> {
  const native = artifacts.filter(({ machines }) => machines.length > 0);
  const paths = native.map(({ as }) => join(dist, as));
  const files = paths.length === 0 ? [] : await provableFiles(context, paths);
  return native.map(({ as, rule, target }, index) => ({
    ...files[index]!,
    name: as,
    kind: rule.kind,
    arch: target.arch,
    target,
  }));
}

export async function provableFiles(
  { cwd, signal }: Context,
  paths: readonly string[],
): Promise<readonly Provable[]> {
  const audits = await auditPaths(paths, { cwd, signal, promises: [] });
  return audits.map((audit) => provableFile(audit, cwd));
}

function provableFile(audit: ArtifactAudit, cwd: string): Provable {
  const { path, elfs, runsOn, sha256 } = audit;
  const machines = [...new Set(elfs.map(({ machine }) => machine))];
  const arch = parseArch(machines[0] ?? '');
  if (sha256 === null || machines.length !== 1 || arch === undefined) {
    throw new Failure('prove-unfit', `${path} can't be proven`, {
      why: machines.length > 1 ? `it has files for ${machines.join(' and ')}` : 'it has no native file',
    });
  }
  const kind = kindOf(audit);
  return {
    name: basename(path),
    from: resolve(cwd, path),
    kind,
    sha256,
    arch,
    runsOn,
    elfs,
    target: undefined,
  };
}

function kindOf({ kind, path, elfs }: ArtifactAudit): Provable['kind'] {
  if (kind === 'wheel') return 'wheel';
  if (kind === 'npm' || kind === 'tar') return 'package';
  if (kind === 'elf') {
    if (isAddon(path)) return 'node-addon';
    return elfs[0]!.type === 'shared' ? 'library' : 'executable';
  }
  throw new Failure('prove-unfit', `${path} can't be proven`, {
    why: `what is in a file of the kind ${kind} can't be run as it is`,
  });
}
