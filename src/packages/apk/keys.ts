import { createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { productFile, productJson } from '../../base/product-file.ts';
import type { ApkHead } from '../../formats/apk.ts';
import { Failure } from '../../report/failure.ts';

/** Public keys by the name of their file, which is how a signature says who made it. */
export class ApkKeys {
  readonly #keys: ReadonlyMap<string, string>;
  readonly #anyName: boolean;

  /** PEM texts by file name. With `anyName` they count also for signatures that call their key otherwise. */
  constructor(keys: ReadonlyMap<string, string>, { anyName = false } = {}) {
    this.#keys = keys;
    this.#anyName = anyName;
  }

  names(): readonly string[] {
    return [...this.#keys.keys()].sort();
  }

  pem(name: string): string | undefined {
    return this.#keys.get(name);
  }

  and(others: ApkKeys): ApkKeys {
    return new ApkKeys(new Map([...this.#keys, ...others.#keys]));
  }

  /** Throws where one of them is no key. */
  check(): void {
    for (const pem of this.#keys.values()) createPublicKey(pem);
  }

  /** Tells the name of the key whose signature of the control member is right. `url` is for messages. */
  verify({ signatures, control }: ApkHead, url: string): string {
    if (signatures.length === 0) {
      throw new Failure('signature-missing', `${url} is not signed`, {
        hint: 'sign it with `abuild-sign` or `melange sign-index`, or use another server',
      });
    }
    const known = signatures.filter(({ key }) => this.#keys.has(key));
    if (known.length === 0) {
      const named = this.#anyName ? this.#signerOf(signatures, control) : undefined;
      if (named !== undefined) return named;
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
      hint: 'name another server; if all servers send this, tell the distro',
    });
  }

  /** The signature that one of the keys made, whatever it calls that key. */
  #signerOf(signatures: ApkHead['signatures'], control: Uint8Array): string | undefined {
    return signatures.find(({ hash, bytes }) =>
      this.names().some((name) => createVerify(hash).update(control).verify(this.#key(name), bytes)),
    )?.key;
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

/** The keys with which Alpine signs its indexes for one CPU. */
export function alpineKeys(arch: string): ApkKeys {
  const byArch = productJson('data/distros/alpine-keys/keys.json') as Record<string, string[]>;
  return keysIn('alpine-keys', (name) => byArch[arch]?.includes(name) ?? true);
}

export function wolfiKeys(): ApkKeys {
  return keysIn('wolfi-keys');
}

function keysIn(distro: string, counts: (name: string) => boolean = () => true): ApkKeys {
  const folder = productFile(`data/distros/${distro}`);
  const names = readdirSync(folder).filter((name) => name.endsWith('.rsa.pub') && counts(name));
  return new ApkKeys(new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')])));
}
