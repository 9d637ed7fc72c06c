/**
 * `update-alternatives --install`, as packages' scripts call it: `/usr/bin/cc` is a link to `/etc/alternatives/cc`, and
 * that one to the choice of the highest priority. Slaves, mostly manual pages, follow the choice. The administrative
 * file is written as the tool itself does, so that it goes on working inside of the root.
 */
import type { RootTree } from '../root-tree.ts';
import type { Effect } from './effect.ts';
import { scriptCalls, type ShellWord } from './shell-script.ts';

interface Choice {
  readonly path: string;
  readonly priority: number;
  readonly slaves: Slaves;
}

type Slaves = Map<string, { readonly link: string; readonly path: string }>;

interface Group {
  readonly name: string;
  readonly link: string;
  readonly choices: Choice[];
}

const OWNER = 'alternatives';

export const alternatives: Effect = {
  name: OWNER,
  apply({ tree, packages }) {
    const groups = new Map<string, Group>();
    const done: string[] = [];
    const skipped: string[] = [];
    for (const { from, words } of scriptCalls(packages, 'update-alternatives')) {
      if (!words.includes('--install')) continue;
      const call = parseInstall(words);
      if (call === undefined) {
        skipped.push(`${from.label}: ${words.map((word) => word ?? '?').join(' ')}`);
      } else if (tree.has(call.choice.path)) {
        // xz-utils lists them by a function.
        if (from.name === 'xz-utils' && call.name === 'lzma') addXzSlaves(call.choice.slaves);
        const group = groups.get(call.name) ?? { name: call.name, link: call.link, choices: [] };
        // Scripts say it again in the branch of an upgrade that failed.
        if (!group.choices.some(({ path }) => path === call.choice.path)) group.choices.push(call.choice);
        groups.set(call.name, group);
      }
    }
    for (const group of [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const best = group.choices.reduce((one, other) => (other.priority > one.priority ? other : one));
      if (!link(tree, group.link, group.name, best.path)) {
        skipped.push(`${group.link} is a file`);
        continue;
      }
      for (const [name, slave] of best.slaves) {
        if (tree.has(slave.path)) link(tree, slave.link, name, slave.path);
      }
      tree.write(`var/lib/dpkg/alternatives/${group.name}`, adminFile(group), { owner: OWNER });
      done.push(`${group.link} -> ${best.path}`);
    }
    return { done, skipped };
  },
};

/** Undefined where a word is not known. Words before `--install` are options of no interest here. */
function parseInstall(
  words: readonly ShellWord[],
): { name: string; link: string; choice: Choice } | undefined {
  const [link, name, path, priority, ...rest] = words.slice(words.indexOf('--install') + 1);
  if (link === undefined || name === undefined || path === undefined || !/^-?\d+$/.test(priority ?? '')) {
    return undefined;
  }
  if (!link.startsWith('/') || !path.startsWith('/') || !/^[^/\s]+$/.test(name)) return undefined;
  const slaves: Slaves = new Map();
  for (let index = 0; index < rest.length; index++) {
    if (rest[index] !== '--slave') continue;
    const [slaveLink, slaveName, slavePath] = rest.slice(index + 1, index + 4);
    if (slaveLink === undefined || slaveName === undefined || slavePath === undefined) return undefined;
    if (!slaveLink.startsWith('/') || !/^[^/\s]+$/.test(slaveName)) return undefined;
    slaves.set(slaveName, { link: slaveLink, path: slavePath });
    index += 3;
  }
  return { name, link, choice: { path, priority: Number(priority), slaves } };
}

function addXzSlaves(slaves: Slaves): void {
  const add = (folder: string, name: string, target: string) =>
    slaves.set(name, { link: `${folder}/${name}`, path: `${folder}/${target}` });
  add('/usr/share/man/man1', 'lzma.1.gz', 'xz.1.gz');
  for (const [name, target] of [
    ['unlzma', 'unxz'],
    ...['cat', 'more', 'less', 'diff', 'cmp', 'grep', 'egrep', 'fgrep'].map((tool) => [
      `lz${tool}`,
      `xz${tool}`,
    ]),
  ] as [string, string][]) {
    add('/usr/bin', name, target);
    add('/usr/share/man/man1', `${name}.1.gz`, `${target}.1.gz`);
  }
}

/** Like the tool, it leaves files alone that are no links. */
function link(tree: RootTree, from: string, name: string, to: string): boolean {
  const existing = tree.nodes.get(tree.locate(from.slice(1)));
  if (existing !== undefined && existing.type !== 'symlink') return false;
  tree.link(`etc/alternatives/${name}`, to, OWNER);
  tree.link(from.slice(1), `/etc/alternatives/${name}`, OWNER);
  return true;
}

function adminFile({ link, choices }: Group): string {
  const slaves = new Map<string, string>();
  for (const choice of choices) for (const [name, slave] of choice.slaves) slaves.set(name, slave.link);
  const names = [...slaves.keys()].sort();
  const sorted = [...choices].sort((a, b) => (a.path < b.path ? -1 : 1));
  const lines = [
    'auto',
    link,
    ...names.flatMap((name) => [name, slaves.get(name)!]),
    '',
    ...sorted.flatMap(({ path, priority, slaves: own }) => [
      path,
      String(priority),
      ...names.map((name) => own.get(name)?.path ?? ''),
    ]),
    '',
  ];
  return `${lines.join('\n')}\n`;
}
