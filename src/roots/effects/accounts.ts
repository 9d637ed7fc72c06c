/**
 * passwd, group and shadow from base-passwd's masters, and the system accounts that packages ask for by `adduser
 * --system`, `addgroup` or a file in sysusers.d. Ids are given out from 100 up in the order of the packages, so equal
 * packages mean equal ids.
 */
import type { RootTree } from '../root-tree.ts';
import type { Effect, EffectInput } from './effect.ts';
import { scriptCalls, type ShellWord } from './shell-script.ts';

const OWNER = 'accounts';
const MASTERS = 'usr/share/base-passwd';
const FIRST_SYSTEM_ID = 100;
const NOGROUP = 65534;
const SHADOW = 42;

interface Wish {
  readonly kind: 'user' | 'group';
  readonly name: string;
  readonly id?: number | undefined;
  /** Of users: with a group of their own name, else in `nogroup`. */
  readonly ownGroup?: boolean;
  readonly group?: string | undefined;
  readonly home?: string | undefined;
  readonly shell?: string | undefined;
  readonly comment?: string | undefined;
}

export const accounts: Effect = {
  name: OWNER,
  apply(input) {
    const { tree } = input;
    const passwd = tree.readText(`${MASTERS}/passwd.master`);
    const group = tree.readText(`${MASTERS}/group.master`);
    if (passwd === undefined || group === undefined || tree.has('etc/passwd'))
      return { done: [], skipped: [] };
    const book = new AccountBook(passwd, group);
    const skipped: string[] = [];
    const wishes = [...fromSysusers(tree), ...fromScripts(input, skipped)];
    for (const wish of wishes) book.grant(wish);
    // Before login and su there is nothing that would read it.
    const shadowed = input.packages.some(({ name }) => name === 'passwd');
    tree.write('etc/passwd', book.passwd(shadowed), { owner: OWNER });
    tree.write('etc/group', book.group(shadowed), { owner: OWNER });
    if (shadowed) {
      tree.write('etc/shadow', book.shadow(), { owner: OWNER, mode: 0o640, gid: SHADOW });
      tree.write('etc/gshadow', book.gshadow(), { owner: OWNER, mode: 0o640, gid: SHADOW });
    }
    return { done: ['etc/passwd', 'etc/group', ...book.added], skipped };
  },
};

class AccountBook {
  readonly added: string[] = [];
  readonly #users: string[][];
  readonly #groups: string[][];

  constructor(passwd: string, group: string) {
    this.#users = parse(passwd);
    this.#groups = parse(group);
  }

  grant(wish: Wish): void {
    if (wish.kind === 'group') {
      this.#grantGroup(wish.name, wish.id);
      return;
    }
    if (this.#users.some(([name]) => name === wish.name)) return;
    const ownGroup = wish.ownGroup === true;
    const id = freeId(wish.id, ownGroup ? [...this.#users, ...this.#groups] : this.#users);
    if (ownGroup) this.#grantGroup(wish.name, id);
    const groupName = ownGroup ? wish.name : wish.group;
    const gid = this.#groups.find(([name]) => name === groupName)?.[2] ?? String(NOGROUP);
    const { comment = '', home = '/nonexistent', shell = '/usr/sbin/nologin' } = wish;
    this.#users.push([wish.name, '*', String(id), gid, comment, home, shell]);
    this.added.push(`user ${wish.name}`);
  }

  #grantGroup(name: string, id: number | undefined): void {
    if (this.#groups.some(([existing]) => existing === name)) return;
    this.#groups.push([name, '*', String(freeId(id, this.#groups)), '']);
    this.added.push(`group ${name}`);
  }

  /** Where there is a shadow file, both name it instead of a password. */
  passwd(shadowed: boolean): string {
    return text(shadowed ? this.#users.map(toShadow) : this.#users);
  }

  group(shadowed: boolean): string {
    return text(shadowed ? this.#groups.map(toShadow) : this.#groups);
  }

  /** No password works, and no date: when an account was made must not matter to what is built. */
  shadow(): string {
    return text(this.#users.map(([name]) => [name!, '*', '', '0', '99999', '7', '', '', '']));
  }

  gshadow(): string {
    return text(this.#groups.map(([name]) => [name!, '*', '', '']));
  }
}

function toShadow([name, , ...rest]: readonly string[]): readonly string[] {
  return [name!, 'x', ...rest];
}

function freeId(wanted: number | undefined, rows: readonly (readonly string[])[]): number {
  const used = new Set(rows.map((fields) => Number(fields[2])));
  if (wanted !== undefined && !used.has(wanted)) return wanted;
  let id = FIRST_SYSTEM_ID;
  while (used.has(id)) id++;
  return id;
}

function parse(master: string): string[][] {
  const lines = master.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => line.split(':'));
}

function text(rows: readonly (readonly string[])[]): string {
  return rows.map((fields) => `${fields.join(':')}\n`).join('');
}

function* fromSysusers(tree: RootTree): Generator<Wish, void, void> {
  const folder = 'usr/lib/sysusers.d';
  for (const name of tree.list(folder).filter((file) => file.endsWith('.conf'))) {
    for (const line of (tree.readText(`${folder}/${name}`) ?? '').split('\n')) {
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!);
      const [type, account, ids = '-', comment, home, shell] = words.map((word) =>
        word === '-' ? undefined : word,
      );
      if (account === undefined || account.includes('%')) continue;
      const id = /^\d+$/.test(ids) ? Number(ids) : undefined;
      if (type === 'g') yield { kind: 'group', name: account, id };
      if (type === 'u' || type === 'u!') {
        yield { kind: 'user', name: account, id, ownGroup: true, comment, home: home ?? '/', shell };
      }
    }
  }
}

/** Options of adduser that take a value in the next word. */
const WITH_VALUE = new Set([
  '--home',
  '--shell',
  '--uid',
  '--gid',
  '--ingroup',
  '--gecos',
  '--comment',
  '--firstuid',
  '--lastuid',
  '--firstgid',
  '--lastgid',
  '--conf',
  '--root',
  '--prefix',
]);

function fromScripts({ packages }: EffectInput, skipped: string[]): Wish[] {
  const wishes: Wish[] = [];
  for (const command of ['addgroup', 'adduser']) {
    for (const { from, words } of scriptCalls(packages, command)) {
      if (command === 'adduser' && !words.includes('--system') && !words.includes('--group')) continue;
      const wish = parseCall(command, words.slice(1));
      if (wish === undefined) skipped.push(`${from.label}: ${words.map((word) => word ?? '?').join(' ')}`);
      else wishes.push(wish);
    }
  }
  return wishes;
}

function parseCall(command: string, words: readonly ShellWord[]): Wish | undefined {
  const options = new Map<string, ShellWord>();
  const names: ShellWord[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    const equals = word?.startsWith('--') === true ? word.indexOf('=') : -1;
    if (equals !== -1) options.set(word!.slice(0, equals), word!.slice(equals + 1));
    else if (word?.startsWith('-') === true) options.set(word, WITH_VALUE.has(word) ? words[++index] : '');
    else names.push(word);
  }
  const [name] = names;
  // A user and a group: adds the one to the other, which fresh roots have no use for.
  if (name === undefined || names.length !== 1 || !/^[a-z_][a-z0-9_.-]*\$?$/i.test(name)) return undefined;
  const id = options.get('--uid') ?? options.get('--gid');
  const isGroup = command === 'addgroup' || (!options.has('--system') && options.has('--group'));
  return {
    kind: isGroup ? 'group' : 'user',
    name,
    id: id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined,
    ownGroup: options.has('--group'),
    group: options.get('--ingroup'),
    home: options.get('--home'),
    shell: options.get('--shell'),
    comment: options.get('--gecos') ?? options.get('--comment'),
  };
}
