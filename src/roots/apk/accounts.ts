/**
 * The accounts that packages ask for with busybox's `adduser` and `addgroup`, in the order in which their scripts would
 * have run. As those commands do it: system ids from 100 up, the first that is free; what can't be done, because the
 * name is taken or a group is missing, is not done.
 */
import type { RootTree } from '../root-tree.ts';
import type { EffectResult } from '../effects/effect.ts';
import { shellCommands, type ShellWord } from '../effects/shell-script.ts';
import type { FileClaim } from './claims.ts';
import type { UnpackedApk } from './unpacked-apk.ts';

const FIRST_SYSTEM_ID = 100;
const LAST_SYSTEM_ID = 999;
const LAST_ID = 60_000;
const FILES = ['passwd', 'group', 'shadow'] as const;

type Row = string[];

export class ApkAccounts {
  readonly #rows: Record<(typeof FILES)[number], Row[] | undefined>;
  readonly #changed = new Set<(typeof FILES)[number]>();
  readonly #done: string[] = [];
  readonly #skipped: string[] = [];

  /** `read` is asked for `/etc/passwd` and its like as the packages bring them. */
  constructor(read: (path: string) => string | undefined) {
    const rows = (name: string): Row[] | undefined =>
      read(`etc/${name}`)
        ?.split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(':'));
    this.#rows = { passwd: rows('passwd'), group: rows('group'), shadow: rows('shadow') };
  }

  static of(packages: readonly UnpackedApk[], claims: ReadonlyMap<string, FileClaim>): ApkAccounts {
    const accounts = new ApkAccounts((path) => {
      const claim = claims.get(path);
      return claim?.entry.type === 'file' ? claim.from.readFile(path).toString('utf8') : undefined;
    });
    for (const one of packages) accounts.#runScripts(one);
    return accounts;
  }

  uid(name: string | undefined): number | undefined {
    return idIn(this.#rows.passwd, name);
  }

  gid(name: string | undefined): number | undefined {
    return idIn(this.#rows.group, name);
  }

  write(tree: RootTree): EffectResult {
    for (const name of this.#changed) {
      const node = tree.find(`etc/${name}`);
      if (node === undefined) continue;
      const { mode, uid, gid } = node;
      const text = this.#rows[name]!.map((row) => `${row.join(':')}\n`).join('');
      tree.write(`etc/${name}`, text, { owner: 'accounts', mode, uid, gid });
    }
    return { done: this.#done, skipped: this.#skipped };
  }

  #runScripts(one: UnpackedApk): void {
    for (const name of ['.pre-install', '.post-install']) {
      const script = one.readScript(name)?.toString('utf8') ?? '';
      if (!/\badd(user|group)\b/.test(script)) continue;
      for (const words of shellCommands(script)) {
        const command = words[0]?.replace(/^.*\//, '');
        if (command !== 'adduser' && command !== 'addgroup') continue;
        if (!this.run(command, words.slice(1)))
          this.#skipped.push(`${one.name}: ${words.map((word) => word ?? '?').join(' ')}`);
      }
    }
  }

  /** False where the call could not be understood; what the command itself would refuse is understood. */
  run(command: 'adduser' | 'addgroup', words: readonly ShellWord[]): boolean {
    const call = parseCall(command === 'adduser' ? USER_OPTIONS : GROUP_OPTIONS, words);
    if (call === undefined) return false;
    const [name, group] = call.names;
    if (name === undefined || !/^[A-Za-z0-9_.][A-Za-z0-9_.@-]*\$?$/.test(name)) return false;
    if (group !== undefined) this.#join(name, group);
    else if (command === 'addgroup') this.#addGroup(name, call.options);
    else this.#addUser(name, call.options);
    return true;
  }

  #addGroup(name: string, options: ReadonlyMap<string, string>): boolean {
    const { group } = this.#rows;
    if (group === undefined || idIn(group, name) !== undefined) return false;
    const id = freeId(options.get('g'), options.has('S'), (one) => hasId(group, one));
    if (id === undefined) return false;
    group.push([name, 'x', String(id), '']);
    this.#changed.add('group');
    this.#done.push(`group ${name}`);
    return true;
  }

  #addUser(name: string, options: ReadonlyMap<string, string>): void {
    const { passwd, group, shadow } = this.#rows;
    if (passwd === undefined || group === undefined || idIn(passwd, name) !== undefined) return;
    const isSystem = options.has('S');
    const groupName = options.get('G') ?? (isSystem ? 'nogroup' : undefined);
    const gid = this.gid(groupName);
    if (groupName !== undefined && gid === undefined) return;
    const isTaken = (id: number): boolean =>
      hasId(passwd, id) || (groupName === undefined && hasId(group, id));
    const uid = freeId(options.get('u'), isSystem, isTaken);
    if (uid === undefined) return;
    const { shell, home } = { shell: options.get('s'), home: options.get('h') ?? `/home/${name}` };
    const comment = options.get('g') ?? 'Linux User,,,';
    passwd.push([
      name,
      'x',
      String(uid),
      String(gid ?? uid),
      comment,
      home,
      shell ?? (isSystem ? '/sbin/nologin' : this.#shellOfRoot()),
    ]);
    this.#changed.add('passwd');
    this.#done.push(`user ${name}`);
    // When an account was made must not matter to what is built.
    if (shadow !== undefined) {
      shadow.push([name, '!', '', '0', '99999', '7', '', '', '']);
      this.#changed.add('shadow');
    }
    if (groupName === undefined) this.#addGroup(name, new Map([['g', String(uid)]]));
    else this.#join(name, groupName);
  }

  /** Whoever adds a user gives it a shell like his own. */
  #shellOfRoot(): string {
    return this.#rows.passwd?.find(([name]) => name === 'root')?.[6] || '/bin/sh';
  }

  #join(user: string, groupName: string): void {
    const row = this.#rows.group?.find(([name]) => name === groupName);
    if (row === undefined || this.uid(user) === undefined) return;
    const members = (row[3] ?? '').split(',').filter((name) => name !== '');
    if (members.includes(user)) return;
    row[3] = [...members, user].join(',');
    this.#changed.add('group');
  }
}

/** Letters that take a value, and the long names of all. */
interface OptionTable {
  readonly withValue: string;
  readonly long: Readonly<Record<string, string>>;
}

const USER_OPTIONS: OptionTable = {
  withValue: 'hgsGuk',
  long: {
    home: 'h',
    gecos: 'g',
    shell: 's',
    ingroup: 'G',
    'disabled-password': 'D',
    'empty-password': 'D',
    system: 'S',
    'no-create-home': 'H',
    uid: 'u',
    skel: 'k',
  },
};
const GROUP_OPTIONS: OptionTable = { withValue: 'g', long: { gid: 'g', system: 'S' } };

function parseCall(
  { withValue, long }: OptionTable,
  words: readonly ShellWord[],
): { options: ReadonlyMap<string, string>; names: readonly string[] } | undefined {
  const options = new Map<string, string>();
  const names: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) return undefined;
    if (word === '--') continue;
    if (word.startsWith('--')) {
      const [name, value] = word.slice(2).split('=', 2) as [string, string | undefined];
      const letter = long[name];
      if (letter === undefined) return undefined;
      const given = withValue.includes(letter) ? (value ?? words[++at]) : '';
      if (given === undefined) return undefined;
      options.set(letter, given);
    } else if (word.startsWith('-') && word !== '-') {
      for (let index = 1; index < word.length; index++) {
        const letter = word[index]!;
        if (!withValue.includes(letter)) {
          options.set(letter, '');
          continue;
        }
        const given = index + 1 < word.length ? word.slice(index + 1) : words[++at];
        if (given === undefined) return undefined;
        options.set(letter, given);
        break;
      }
    } else {
      names.push(word);
    }
  }
  return { options, names };
}

function idIn(rows: readonly Row[] | undefined, name: string | undefined): number | undefined {
  const id = name === undefined ? undefined : rows?.find((row) => row[0] === name)?.[2];
  return id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined;
}

function hasId(rows: readonly Row[], id: number): boolean {
  return rows.some((row) => row[2] === String(id));
}

function freeId(
  wanted: string | undefined,
  isSystem: boolean,
  isTaken: (id: number) => boolean,
): number | undefined {
  if (wanted !== undefined) {
    const id = /^\d+$/.test(wanted) ? Number(wanted) : undefined;
    return id === undefined || isTaken(id) ? undefined : id;
  }
  const last = isSystem ? LAST_SYSTEM_ID : LAST_ID;
  for (let id = isSystem ? FIRST_SYSTEM_ID : LAST_SYSTEM_ID + 1; id <= last; id++) {
    if (!isTaken(id)) return id;
  }
  return undefined;
}
