import type { Effect, EffectInput } from './effect.ts';
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
    for (const path of wanted(input)) {
      if (tree.has(path) && !lines.includes(path)) lines.push(path);
    }
    tree.write('etc/shells', `${lines.join('\n')}\n`, { owner: 'shells' });
    return { done: ['etc/shells'], skipped: [] };
  },
};

function wanted({ tree, packages }: EffectInput): string[] {
  const listed = tree
    .list(`${LIST}.d`)
    .flatMap((name) => (tree.readText(`${LIST}.d/${name}`) ?? '').split('\n'))
    .filter((line) => line.startsWith('/'));
  const called = scriptCalls(packages, 'add-shell').flatMap(({ words }) => words.slice(1));
  return [...listed, ...called.filter((word) => word !== undefined)];
}
