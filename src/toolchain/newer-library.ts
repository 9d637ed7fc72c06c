/**
 * The library on a compiler's line that was built for a newer glibc than that of the sysroot. What a sysroot lacks the
 * linker takes from the machine, and then says that symbols are undefined which nobody wrote, or nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compareDotted } from '../abi/dotted.ts';
import { auditElfFile } from '../audit/audit-file.ts';
import { linksSomething, type CommandRequest } from './compile-command.ts';

export interface NewerLibrary {
  readonly path: string;
  readonly glibc: string;
}

/** `cwd` is where the compiler runs. Undefined where all fit. */
export function newerLibrary(request: CommandRequest, cwd: string): NewerLibrary | undefined {
  const { args, layout, runtime } = request;
  const { libc, libcVersion } = layout;
  const isStatic = args.includes('-static') || args.includes('-static-pie');
  if (libc !== 'glibc' || libcVersion === undefined || runtime !== undefined || isStatic) return undefined;
  if (!linksSomething(args)) return undefined;
  const folders = [
    ...valuesOf(args, '-L').map((folder) => resolve(cwd, folder)),
    ...[layout.gcc ?? [], layout.libraries].flat().map((folder) => join(request.sysroot, folder)),
  ];
  const named = args.filter((word) => /\.so(?:\.\d+)*$/.test(word) && !word.startsWith('-'));
  const files = [
    ...named.map((path) => resolve(cwd, path)),
    ...valuesOf(args, '-l').flatMap((name) => find(request.program, name, folders) ?? []),
  ];
  for (const path of files) {
    if (path.startsWith(`${request.sysroot}/`) || !existsSync(path)) continue;
    // A linker script has no floor.
    const glibc = auditElfFile(path).audit?.floor.GLIBC;
    if (glibc !== undefined && compareDotted(glibc, libcVersion) > 0) return { path, glibc };
  }
  return undefined;
}

/** Of `-lx` and `-l x`. */
function valuesOf(args: readonly string[], flag: string): readonly string[] {
  return args.flatMap((word, index) => {
    if (word === flag) return args[index + 1] ?? [];
    return word.startsWith(flag) ? [word.slice(flag.length)] : [];
  });
}

/** Undefined where a static library comes first, or none is there. */
function find(program: string, name: string, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    const shared = join(folder, `lib${name}.so`);
    if (existsSync(shared)) return shared;
    if (existsSync(join(folder, `lib${name}.a`))) return undefined;
  }
  const { stdout } = spawnSync(program, [`-print-file-name=lib${name}.so`], { encoding: 'utf8' });
  const path = stdout.trim();
  return path.startsWith('/') ? resolve(path) : undefined;
}
