import type { Libc } from '../abi/libc.ts';
import type { AbiPromise } from '../abi/promise.ts';
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
  const libc = libcOf(promise);
  const others: readonly LibcKind[] = libc === 'glibc' ? ['musl', 'bionic'] : ['glibc', 'bionic'];
  if (libc === undefined || !elfs.some(({ audit }) => audit.libc === libc)) return elfs;
  return elfs.filter(({ audit }) => !others.includes(audit.libc));
}

function libcOf({ kind }: AbiPromise): Libc | undefined {
  if (kind === 'glibc' || kind === 'glibcxx' || kind === 'manylinux') return 'glibc';
  return kind === 'musl' || kind === 'musllinux' ? 'musl' : undefined;
}
