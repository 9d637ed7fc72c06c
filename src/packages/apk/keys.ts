import { createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import type { ApkHead } from '../../formats/apk.ts';
import { Failure } from '../../report/failure.ts';

/** Public keys by the name of their file, which is how a signature says who made it. */
export class ApkKeys {
  readonly #keys: ReadonlyMap<string, string>;

  /** PEM texts by file name. */
  constructor(keys: ReadonlyMap<string, string>) {
    this.#keys = keys;
  }

  names(): readonly string[] {
    return [...this.#keys.keys()].sort();
  }

  pem(name: string): string | undefined {
    return this.#keys.get(name);
  }

  /** Tells the name of the key whose signature of the control member is right. `url` is for messages. */
  verify({ signatures, control }: ApkHead, url: string): string {
    if (signatures.length === 0) throw new Failure('signature-missing', `${url} is not signed`);
    const known = signatures.filter(({ key }) => this.#keys.has(key));
    if (known.length === 0) {
      const wanted = signatures.map(({ key }) => key).join(', ');
      throw new Failure('signature-unknown-key', `${url} is signed with a key that is not trusted`, {
        why: `its signature is by ${wanted}; trusted are ${this.names().join(', ') || 'none'}`,
        hint: 'name the key file with `key:` beside the `url:` of the repository, if you trust it',
      });
    }
    for (const { hash, key, bytes } of known) {
      if (createVerify(hash).update(control).verify(this.#key(key), bytes)) return key;
    }
    throw new Failure('signature-bad', `the signature of ${url} is not that of its bytes`, {
      why: `it claims to be by ${known.map(({ key }) => key).join(', ')}`,
    });
  }

  #key(name: string): KeyObject {
    try {
      return createPublicKey(this.#keys.get(name)!);
    } catch (error) {
      throw new Failure('signature-unknown-key', `the key ${name} can't be read`, {
        why: (error as Error).message,
        cause: error,
      });
    }
  }
}

const FOLDER = new URL('../../../../data/distros/alpine-keys/', import.meta.url);

/** The keys with which Alpine signs its indexes for one CPU. */
export function alpineKeys(arch: string): ApkKeys {
  const byArch = JSON.parse(readFileSync(new URL('keys.json', FOLDER), 'utf8')) as Record<string, string[]>;
  const names = byArch[arch] ?? readdirSync(FOLDER).filter((name) => name.endsWith('.rsa.pub'));
  return new ApkKeys(new Map(names.map((name) => [name, readFileSync(new URL(name, FOLDER), 'utf8')])));
}
