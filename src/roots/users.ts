/**
 * `users:` of an environment: accounts of people, after all those that the files of the root brought, in the same way for
 * every kind of root. Each gets a group of its own, a home, a shell, and a password that nothing matches.
 */
import type { EffectResult } from './effects/effect.ts';
import type { RootTree } from './root-tree.ts';

const OWNER = 'users';
const FIRST_ID = 1000;

export function addUsers(tree: RootTree, users: readonly string[]): EffectResult {
  const passwd = new Table(tree, 'etc/passwd', 'root:*:0:0:root:/root:/bin/sh\n');
  const group = new Table(tree, 'etc/group', 'root:*:0:\n');
  const [shadow, gshadow] = ['etc/shadow', 'etc/gshadow'].map((path) =>
    tree.has(path) ? new Table(tree, path, '') : undefined,
  );
  const shell = tree.has('bin/bash') ? '/bin/bash' : '/bin/sh';
  const [added, there]: [string[], string[]] = [[], []];
  for (const user of users) {
    if (passwd.has(user)) {
      there.push(`${user}: the root has this account already`);
      continue;
    }
    const id = freeId(passwd, group);
    if (!group.has(user)) {
      group.add(user, gshadow === undefined ? '*' : 'x', `${id}`, '');
      gshadow?.add(user, '*', '', '');
    }
    const home = `home/${user}`;
    passwd.add(user, shadow === undefined ? '*' : 'x', `${id}`, group.idOf(user), '', `/${home}`, shell);
    // Without a date: when an account was made must not matter to what is built.
    shadow?.add(user, '*', '', '0', '99999', '7', '', '', '');
    tree.folder(home, { owner: OWNER, uid: id, gid: Number(group.idOf(user)) });
    added.push(`user ${user}`);
  }
  if (added.length > 0) for (const table of [passwd, group, shadow, gshadow]) table?.write(tree);
  return { done: added, skipped: there };
}

/** One of the files that hold accounts: a line for each, its fields apart by colons. */
class Table {
  readonly #path: string;
  readonly #rows: (readonly string[])[];

  constructor(tree: RootTree, path: string, start: string) {
    this.#path = path;
    const lines = (tree.readText(path) ?? start).split('\n');
    this.#rows = lines.filter((line) => line !== '').map((line) => line.split(':'));
  }

  has(name: string): boolean {
    return this.#rows.some(([first]) => first === name);
  }

  add(...fields: readonly string[]): void {
    this.#rows.push(fields);
  }

  /** In passwd and group, the third field. */
  idOf(name: string): string {
    return this.#rows.find(([first]) => first === name)![2]!;
  }

  hasId(id: number): boolean {
    return this.#rows.some((fields) => Number(fields[2]) === id);
  }

  /** With the mode and the owner that the file had. */
  write(tree: RootTree): void {
    const { mode = 0o644, uid = 0, gid = 0 } = tree.find(this.#path) ?? {};
    const text = this.#rows.map((fields) => `${fields.join(':')}\n`).join('');
    tree.write(this.#path, text, { owner: OWNER, mode, uid, gid });
  }
}

/** The same number for both, so that files look the same by either. */
function freeId(passwd: Table, group: Table): number {
  let id = FIRST_ID;
  while (passwd.hasId(id) || group.hasId(id)) id++;
  return id;
}
