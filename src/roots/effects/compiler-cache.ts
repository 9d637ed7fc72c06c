import type { RootTree } from '../root-tree.ts';
import type { Effect } from './effect.ts';

/** `/usr/lib/ccache`: one link to ccache for each compiler, by the names that update-ccache-symlinks looks for. */
export const compilerCache: Effect = {
  name: 'compiler-cache',
  apply({ tree }) {
    if (!tree.has('usr/bin/ccache')) return { done: [], skipped: [] };
    const names = [...new Set(compilerNames(tree))].filter((name) => tree.has(`usr/bin/${name}`));
    for (const name of names) tree.link(`usr/lib/ccache/${name}`, '../../bin/ccache', 'ccache');
    return { done: names.map((name) => `usr/lib/ccache/${name}`), skipped: [] };
  },
};

function* compilerNames(tree: RootTree): Generator<string, void, void> {
  yield* ['cc', 'c++', 'nvcc', ...gccNames('', ''), ...gccNames('c89-', ''), ...gccNames('c99-', '')];
  for (const folder of ['usr/lib/gcc', 'usr/lib/gcc-cross']) {
    for (const system of tree.list(folder)) {
      yield* gccNames(`${system}-`, '');
      for (const version of tree.list(`${folder}/${system}`)) {
        yield* gccNames('', `-${version}`);
        yield* gccNames(`${system}-`, `-${version}`);
      }
    }
  }
  yield* tree.list('usr/bin').filter((name) => /^(llvm-)?clang(\+\+)?(-[0-9.]+)?$/.test(name));
}

function gccNames(prefix: string, suffix: string): string[] {
  return [`${prefix}gcc${suffix}`, `${prefix}g++${suffix}`];
}
