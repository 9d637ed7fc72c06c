import type { Effect } from './effect.ts';

/** As ccache's own update-ccache-symlinks has it: compilers, with versions and with the names of other systems. */
const COMPILER =
  /^(?:[a-z0-9_]+(?:-[a-z0-9_]+){1,3}-)?(?:cc|c\+\+|gcc|g\+\+|clang|clang\+\+)(?:-\d+(?:\.\d+)?)?$|^(?:c89|c99)-gcc$/;

/** `/usr/lib/ccache`: one link to ccache per compiler that is installed. */
export const compilerCache: Effect = {
  name: 'compiler-cache',
  apply({ tree }) {
    if (!tree.has('usr/bin/ccache')) return { done: [], skipped: [] };
    const done: string[] = [];
    for (const name of tree.list('usr/bin')) {
      if (!COMPILER.test(name)) continue;
      tree.link(`usr/lib/ccache/${name}`, '../../bin/ccache', 'ccache');
      done.push(`usr/lib/ccache/${name}`);
    }
    return { done, skipped: [] };
  },
};
