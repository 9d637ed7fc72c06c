import type { Problem } from './report.ts';
import type { ReadElf } from './verdict.ts';

/**
 * A floor that only weak symbols force. A weak symbol may be missing, its version may not: a program that asks at run time
 * whether a function is there, as Rust's standard library does, is refused all the same.
 */
export function weakFloorProblems({ audit, traits }: ReadElf): Problem[] {
  const { path, floor, forcedBy, nextLower } = audit;
  const forcing = forcedBy.GLIBC ?? [];
  const next = nextLower.GLIBC ?? null;
  // Where nothing lower is left it is the oldest version of all, which every glibc has.
  if (next === null || !forcing.every(({ version }) => traits.weakVersions.includes(version))) return [];
  const symbols = forcing.flatMap(({ symbol }) => symbol ?? []);
  return [
    {
      code: 'elf-weak-floor',
      severity: 'warning',
      message: `only weak symbols (${symbols.join(', ')}) ask for glibc ${floor.GLIBC}; without them glibc ${next} would do`,
      hint: 'link with an lld of 2026 or newer, which marks such versions weak, or against an older sysroot',
      path,
    },
  ];
}
