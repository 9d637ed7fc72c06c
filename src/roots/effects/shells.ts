import type { RootTree } from '../root-tree.ts';
import type { Effect } from './effect.ts';
import { scriptCalls } from './shell-script.ts';

const LIST = 'usr/share/debianutils/shells';

/** `/etc/shells`: debianutils' own list, and what packages add by a file or by calling `add-shell`. */
export const shells: Effect = {
  name: 'shells',
  apply(input) {
    const { tree } = input;
    const first = tree.readText(LIST);
    if (first === undefined || tree.has('etc/shells')) return { done: [], skipped: [] };
    const lines = first.trimEnd().split('\n');
    const known = withRealPaths(tree, [...lines, ...listed(tree)]);
    const called = scriptCalls(input.packages, 'add-shell').flatMap(({ words }) => words.slice(1));
    for (const path of [...known, ...called.filter((word) => word !== undefined)]) {
      if (tree.has(path) && !lines.includes(path)) lines.push(path);
    }
    tree.write('etc/shells', `${lines.join('\n')}\n`, { owner: 'shells' });
    if (!tree.has('usr/sbin/update-shells')) return { done: ['etc/shells'], skipped: [] };
    tree.write('var/lib/shells.state', known.map((path) => `${path}\n`).join(''), { owner: 'shells' });
    return { done: ['etc/shells', 'var/lib/shells.state'], skipped: [] };
  },
};

function listed(tree: RootTree): string[] {
  return tree.list(`${LIST}.d`).flatMap((name) => (tree.readText(`${LIST}.d/${name}`) ?? '').split('\n'));
}

/** Each path, and after it the one in /usr where its folder is a link. */
function withRealPaths(tree: RootTree, lines: readonly string[]): string[] {
  const paths = lines.filter((line) => line.startsWith('/'));
  return [...new Set(paths.flatMap((path) => [path, `/${tree.locate(path.slice(1))}`]))];
}
