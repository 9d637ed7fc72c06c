import { libcOfPromise, type AbiPromise } from '../abi/promise.ts';
import { checkPromises, promiseProblem } from './promise-check.ts';
import type { LibcKind, Problem } from './report.ts';
import type { FoundElf } from './walk/contents.ts';

/** Each promise that an artifact breaks, or that can't be told, once per file that is to blame. */
export function promiseProblems(
  elfs: readonly FoundElf[],
  promises: readonly AbiPromise[],
  bundled: ReadonlySet<string>,
): Problem[] {
  return promises.flatMap((promise) =>
    meant(elfs, promise).flatMap((elf) =>
      checkPromises(elf, [promise], bundled).flatMap(
        (answer) => promiseProblem(answer, elf.audit.path) ?? [],
      ),
    ),
  );
}

/**
 * Where an artifact has a file for each libc, a promise about one libc is a promise about its files; the others are no
 * less what they should be.
 */
function meant(elfs: readonly FoundElf[], promise: AbiPromise): readonly FoundElf[] {
  // Of a musl machine libstdc++ has the same versions; beside a file for glibc they are that one's.
  const libc = promise.kind === 'glibcxx' ? 'glibc' : libcOfPromise(promise);
  const others: readonly LibcKind[] = libc === 'glibc' ? ['musl', 'bionic'] : ['glibc', 'bionic'];
  if (libc === undefined || !elfs.some(({ audit }) => audit.libc === libc)) return elfs;
  return elfs.filter(({ audit }) => !others.includes(audit.libc));
}
