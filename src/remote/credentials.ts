/**
 * Who may read a private repository: variables that name it, `~/.netrc`, and apt's `auth.conf`. What is found goes into the
 * header of a request to that place, and nowhere else: not into addresses, which messages show, and not to where a server
 * redirects.
 */
import { join } from 'node:path';
import type { Env } from '../base/env.ts';
import { namesIfAny, textIfAnySync } from '../base/if-any.ts';
import { basicAuthorization } from './basic-authorization.ts';
import { isAptAuthFor, isNetrcFor, parseNetrc, type NetrcEntry } from './netrc.ts';

interface NamedPlace {
  readonly name: string;
  readonly url: string;
}

interface Credential {
  /** The value of the header. */
  readonly authorization: string;
  /** Where it was found, for messages. */
  readonly from: string;
}

export class Credentials {
  readonly #env: Env;
  readonly #places: readonly NamedPlace[];
  readonly #aptFolder: string;
  #files: readonly Entries[] | undefined;

  /** `places` are repositories that variables may name. */
  constructor(env: Env, places: readonly NamedPlace[], aptFolder = '/etc/apt') {
    this.#env = env;
    this.#places = places;
    this.#aptFolder = aptFolder;
  }

  /** The one for an address; files are read when one is asked for first. */
  for(url: URL): Credential | undefined {
    for (const place of this.#places) {
      const found = isBelow(url, place.url) ? this.#fromVariables(place.name) : undefined;
      if (found !== undefined) return found;
    }
    this.#files ??= this.#readFiles();
    for (const { from, entries, isFor } of this.#files) {
      const entry = entries.find((one) => isFor(one, url));
      if (entry !== undefined)
        return { authorization: basicAuthorization(entry.login, entry.password), from };
    }
    return undefined;
  }

  #fromVariables(name: string): Credential | undefined {
    const start = variableStart(name);
    const [user, password, token] = ['USER', 'PASSWORD', 'TOKEN'].map((end) => this.#env[`${start}_${end}`]);
    if (token !== undefined && token !== '')
      return { authorization: `Bearer ${token}`, from: `$${start}_TOKEN` };
    if (user === undefined && password === undefined) return undefined;
    return { authorization: basicAuthorization(user ?? '', password ?? ''), from: `$${start}_USER` };
  }

  #readFiles(): Entries[] {
    const { NETRC, HOME } = this.#env;
    const own = NETRC ?? (HOME === undefined ? undefined : join(HOME, '.netrc'));
    const parts = join(this.#aptFolder, 'auth.conf.d');
    const apt = [
      join(this.#aptFolder, 'auth.conf'),
      ...namesIfAny(parts)
        .filter((name) => name.endsWith('.conf'))
        .sort()
        .map((name) => join(parts, name)),
    ];
    return [
      ...(own === undefined
        ? []
        : [{ from: own, entries: parseNetrc(textIfAnySync(own)), isFor: isNetrcFor }]),
      ...apt.map((file) => ({ from: file, entries: parseNetrc(textIfAnySync(file)), isFor: isAptAuthFor })),
    ];
  }
}

interface Entries {
  readonly from: string;
  readonly entries: readonly NetrcEntry[];
  readonly isFor: (entry: NetrcEntry, url: URL) => boolean;
}

/** `TARGETRY_REPOSITORY_ACME_2`, of the repository `acme-2`. */
export function variableStart(name: string): string {
  return `TARGETRY_REPOSITORY_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

function isBelow(url: URL, base: string): boolean {
  const place = new URL(base);
  const folder = place.pathname.endsWith('/') ? place.pathname : `${place.pathname}/`;
  return url.origin === place.origin && url.pathname.startsWith(folder);
}
