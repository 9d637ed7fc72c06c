import { posix } from 'node:path';
import type { ElfAudit, Problem } from './report.ts';

/**
 * Where a file tells the loader to look for libraries: a folder of the machine that built it is not there on others, an
 * empty entry is whichever folder the user stands in, and `$ORIGIN/..` may lead out of what is shipped.
 */
export function rpathProblems(audit: ElfAudit): Problem[] {
  const path = audit.runpath ?? audit.rpath;
  if (path === null) return [];
  const tag = audit.runpath === null ? 'RPATH' : 'RUNPATH';
  const entries = new Map<string, Set<string>>();
  for (const entry of path.split(':')) {
    const why = objection(entry, audit.path);
    if (why !== undefined) entries.set(why, (entries.get(why) ?? new Set()).add(JSON.stringify(entry)));
  }
  const hint =
    "set it relative to the file: link with -Wl,-rpath,'$ORIGIN', or run `patchelf --set-rpath '$ORIGIN'`";
  return [...entries].map(([why, which]): Problem => {
    const message = `${tag} ${[...which].join(', ')} ${why}`;
    return { code: 'elf-rpath', severity: 'warning', message, hint, path: audit.path };
  });
}

function objection(entry: string, file: string): string | undefined {
  const origin = /^\$(?:ORIGIN|\{ORIGIN\})(?=\/|$)/.exec(entry);
  if (!origin) {
    if (entry === '') return 'means the folder that the user happens to be in';
    if (!entry.startsWith('/')) return 'depends on the folder that the user happens to be in';
    // The distro's own folders are the same on every machine of its kind.
    return /^\/(?:usr\/(?:local\/)?)?lib(?:32|64|x32)?(?:\/|$)/.test(entry)
      ? undefined
      : 'is a folder of one machine';
  }
  // Of a single file nobody knows what will be around it.
  if (!file.includes('/') || file.startsWith('/') || file.startsWith('..')) return undefined;
  const target = posix.join(posix.dirname(file), `./${entry.slice(origin[0].length)}`);
  return target === '..' || target.startsWith('../') ? 'leads out of the artifact' : undefined;
}
