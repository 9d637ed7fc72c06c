import { readFile } from 'node:fs/promises';
import { errorCode } from '../base/error-code.ts';
import { rootKinds } from '../abi/root-kind.ts';
import { Failure } from '../report/failure.ts';
import {
  lockedRoles,
  type Lock,
  type LockedEnvironment,
  type LockedImage,
  type LockedLayer,
  type LockedPackage,
  type LockedRepository,
  type LockedTool,
} from './lock.ts';
import { LOCK_SCHEMA } from './write.ts';

/** Undefined where there is no such file. `name` is how messages call it. */
export async function readLock(path: string, name = path): Promise<Lock | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new Failure('lock-unreadable', `${name} can't be read`, {
      why: (error as Error).message,
      cause: error,
    });
  }
  return parseLock(text, name);
}

/**
 * Reads exactly what `writeLock` writes, line by line. A general YAML reader would take 50 times as long, and would
 * accept a file that nobody checked: what is built from a lock is as good as the lock.
 */
export function parseLock(text: string, file: string): Lock {
  return new LockReader(text, file).read();
}

class LockReader {
  readonly #lines: readonly string[];
  readonly #file: string;
  #at = 0;

  constructor(text: string, file: string) {
    this.#lines = text.split(/\r?\n/);
    this.#file = file;
  }

  read(): Lock {
    this.#skipComments();
    const schema = Number(this.#field('', 'schema'));
    if (schema > LOCK_SCHEMA) {
      throw new Failure('lock-newer', `${this.#file} was written by a newer Targetry (schema ${schema})`);
    }
    if (schema !== LOCK_SCHEMA) throw this.#wrong(`schema ${LOCK_SCHEMA} was expected`, this.#at - 1);
    const kept = this.#kept();
    this.#line('environments:');
    const environments: LockedEnvironment[] = [];
    while (this.#at < this.#lines.length && this.#lines[this.#at] !== '')
      environments.push(this.#environment());
    if (this.#lines.slice(this.#at).some((line) => line !== ''))
      throw this.#wrong('the file should end here');
    return { ...(kept !== undefined && { kept }), environments };
  }

  #kept(): string | undefined {
    if (this.#lines[this.#at]?.startsWith('kept: ') !== true) return undefined;
    const folder = this.#json(this.#field('', 'kept'), this.#at - 1);
    if (typeof folder !== 'string' || folder === '' || leaves(folder))
      throw this.#wrong('a folder of the project was expected', this.#at - 1);
    return folder;
  }

  #oneOf<Word extends string>(known: readonly Word[], key: string, what: string): Word {
    const word = this.#field('    ', key);
    const found = known.find((one) => one === word);
    if (found === undefined) throw this.#wrong(`"${word}" is not ${what}`, this.#at - 1);
    return found;
  }

  #environment(): LockedEnvironment {
    const name = this.#name();
    const role = this.#oneOf(lockedRoles, 'role', 'a role');
    const distro = this.#oneOf(rootKinds, 'distro', 'a distro that is known');
    const release = this.#field('    ', 'release');
    const arch = this.#field('    ', 'arch');
    const inputs = this.#field('    ', 'inputs');
    const asked = this.#words('asked');
    const users = this.#words('users');
    this.#line('    repositories:');
    const repositories = this.#items(readRepository);
    this.#line('    packages:');
    const packages = this.#items(readPackage);
    const image = this.#image();
    const layers = this.#has('    layers:') ? this.#items(readLayer) : [];
    const tools = this.#has('    tools:') ? this.#items(readTool) : [];
    const whole = image === undefined ? { layers } : { image, layers };
    const kind = { role, distro, release, arch };
    return { name, ...kind, inputs, asked, users, repositories, packages, ...whole, tools };
  }

  #image(): LockedImage | undefined {
    const start = '    image: ';
    if (this.#lines[this.#at]?.startsWith(start) !== true) return undefined;
    const image = readImage(this.#json(this.#lines[this.#at]!.slice(start.length)));
    if (image === undefined) throw this.#wrong('an image has a digest and variables');
    this.#at++;
    return image;
  }

  /** A list that is not there where it is empty. */
  #words(key: string): readonly string[] {
    const start = `    ${key}: `;
    if (this.#lines[this.#at]?.startsWith(start) !== true) return [];
    const words = this.#json(this.#lines[this.#at]!.slice(start.length));
    if (!Array.isArray(words) || words.some((word) => typeof word !== 'string'))
      throw this.#wrong('a list of words was expected');
    this.#at++;
    return words as string[];
  }

  #has(line: string): boolean {
    if (this.#lines[this.#at] !== line) return false;
    this.#at++;
    return true;
  }

  #name(): string {
    const name = this.#json(this.#field('  - ', 'name'), this.#at - 1);
    if (typeof name !== 'string') throw this.#wrong('a name was expected', this.#at - 1);
    return name;
  }

  #field(indent: string, key: string): string {
    const start = `${indent}${key}: `;
    const line = this.#lines[this.#at] ?? '';
    if (!line.startsWith(start) || line.length === start.length)
      throw this.#wrong(`"${start}…" was expected`);
    this.#at++;
    return line.slice(start.length);
  }

  #line(wanted: string): void {
    if (this.#lines[this.#at] !== wanted) throw this.#wrong(`"${wanted}" was expected`);
    this.#at++;
  }

  #items<Item>(read: (value: Record<string, unknown>) => Item | string): Item[] {
    const start = '      - {';
    const items: Item[] = [];
    for (; this.#lines[this.#at]?.startsWith(start) === true; this.#at++) {
      const item = read(
        this.#json(this.#lines[this.#at]!.slice(start.length - 1)) as Record<string, unknown>,
      );
      if (typeof item === 'string') throw this.#wrong(item);
      items.push(item);
    }
    return items;
  }

  #json(text: string, index = this.#at): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.#wrong('the line is not whole', index);
    }
  }

  #skipComments(): void {
    while (this.#lines[this.#at]?.startsWith('#') === true) this.#at++;
  }

  #wrong(message: string, index = this.#at): Failure {
    const text = this.#lines[index] ?? '';
    const at = { file: this.#file, line: index + 1, column: 1, length: Math.max(1, text.length), text };
    if (this.#lines.some((line) => /^(<{7}|={7}|>{7})( |$)/.test(line))) {
      return new Failure('lock-merge', `${this.#file} has the marks of a merge that was not finished`);
    }
    return new Failure('lock-unreadable', `${this.#file} is not as \`targetry lock\` writes it: ${message}`, {
      at,
    });
  }
}

const SHA256 = /^[0-9a-f]{64}$/;

function readRepository(value: Record<string, unknown>): LockedRepository | string {
  const { name, date, release, key, tag, expiredAllowed, ...rest } = value;
  if (typeof name !== 'string' || typeof key !== 'string') return 'a repository has a name and a key';
  if (typeof date !== 'string' || Number.isNaN(Date.parse(date))) return 'the date is not one';
  if (typeof release !== 'string' || !SHA256.test(release)) return 'the hash of the release file is not one';
  if (tag !== undefined && (typeof tag !== 'string' || tag === '')) return 'the tag is not one';
  const unknown = unknownIn(rest);
  if (unknown !== undefined) return unknown;
  const tagged = tag === undefined ? {} : { tag };
  return { name, date, release, key, ...tagged, ...(expiredAllowed === true ? { expiredAllowed } : {}) };
}

function readPackage(value: Record<string, unknown>): LockedPackage | string {
  const { name, version, arch, repository, path, size, sha256, ...rest } = value;
  for (const [key, text] of Object.entries({ name, version, arch, repository, path })) {
    if (typeof text !== 'string' || text === '') return `a package has a ${key}`;
  }
  const wrong = wrongBytes(size, sha256);
  if (wrong !== undefined) return wrong;
  if (leaves(path as string)) return 'the path leaves the repository';
  const unknown = unknownIn(rest);
  if (unknown !== undefined) return unknown;
  return { name, version, arch, repository, path, size, sha256 } as LockedPackage;
}

function leaves(path: string): boolean {
  return /^\/|(^|\/)\.\.?(\/|$)/.test(path);
}

function readImage(value: unknown): LockedImage | undefined {
  const { digest, env, ...rest } = value as Record<string, unknown>;
  if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
  if (typeof env !== 'object' || env === null || Object.keys(rest).length > 0) return undefined;
  if (Object.values(env).some((text) => typeof text !== 'string')) return undefined;
  return { digest, env: env as LockedImage['env'] };
}

function readLayer(value: Record<string, unknown>): LockedLayer | string {
  const { source, size, sha256, ...rest } = value;
  if (source !== 'image' && source !== 'rootfs') return 'a layer is of an image or of a rootfs';
  const wrong = wrongBytes(size, sha256) ?? unknownIn(rest);
  return wrong ?? ({ source, size, sha256 } as LockedLayer);
}

function readTool(value: Record<string, unknown>): LockedTool | string {
  const { source, name, version, of, file, size, sha256, ...rest } = value;
  if (source !== 'npm' && source !== 'pypi') return 'a tool is of npm or of pypi';
  for (const [key, text] of Object.entries({ name, version, file })) {
    if (typeof text !== 'string' || text === '') return `a tool has a ${key}`;
  }
  if (of !== undefined && (typeof of !== 'string' || of === '')) return 'a part is of a tool';
  if (/[/\0]/.test(file as string)) return 'the file is not a name';
  if ([name, of].some((one) => typeof one === 'string' && !isToolName(one)))
    return 'the name of a tool is not one';
  const wrong = wrongBytes(size, sha256) ?? unknownIn(rest);
  const part = of === undefined ? {} : { of };
  return wrong ?? ({ source, name, version, ...part, file, size, sha256 } as LockedTool);
}

/** It becomes a path in the root. */
function isToolName(name: string): boolean {
  return /^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/.test(name);
}

function wrongBytes(size: unknown, sha256: unknown): string | undefined {
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size <= 0) return 'the size is not one';
  return typeof sha256 !== 'string' || !SHA256.test(sha256) ? 'the sha256 is not one' : undefined;
}

function unknownIn(rest: Record<string, unknown>): string | undefined {
  const unknown = Object.keys(rest)[0];
  return unknown === undefined ? undefined : `"${unknown}" is not known`;
}
