import { productJson } from '../base/product-file.ts';
import { compareDotted } from './dotted.ts';
import type { VersionFamily } from './distros.ts';

/** What PyPA's tools allow in a wheel with one platform tag. */
export interface WheelPolicy {
  /** `manylinux_2_28`, `musllinux_1_2` */
  readonly name: string;
  /** `2.28` */
  readonly version: string;
  readonly aliases: readonly string[];
  readonly libraries: ReadonlySet<string>;
  /** Symbols that no policy of its age allows, by library. */
  readonly banned: ReadonlyMap<string, ReadonlySet<string>>;
  /** Undefined where the policy doesn't know the machine. Sets, not maxima: a version may be missing in between. */
  allowed(cpu: string): ReadonlyMap<VersionFamily, ReadonlySet<string>> | undefined;
}

interface Row {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly libraries: string;
  readonly banned: Readonly<Record<string, string>>;
}

interface PolicyFile {
  readonly manylinux: readonly (Row & {
    readonly arches: Readonly<Record<string, Readonly<Record<VersionFamily, string>>>>;
  })[];
  readonly musllinux: readonly (Row & { readonly arches: string })[];
}

interface Policies {
  /** The oldest, which is the widest, first. */
  readonly manylinux: readonly WheelPolicy[];
  readonly musllinux: readonly WheelPolicy[];
  readonly bannedAnywhere: ReadonlySet<string>;
}

let loaded: Policies | undefined;

export function wheelPolicies(): Policies {
  loaded ??= load();
  return loaded;
}

function load(): Policies {
  const data = productJson('data/abi/wheel-policies.json') as PolicyFile;
  const manylinux = data.manylinux.map((row) =>
    policyOf(row, (arch) => {
      const families = Object.hasOwn(row.arches, arch) ? row.arches[arch] : undefined;
      if (!families) return undefined;
      return new Map(Object.entries(families).map(([name, list]) => [name as VersionFamily, words(list)]));
    }),
  );
  const musllinux = data.musllinux.map((row) =>
    policyOf(row, (arch) => (words(row.arches).has(arch) ? new Map() : undefined)),
  );
  const bannedAnywhere = new Set<string>();
  for (const { banned } of [...manylinux, ...musllinux]) {
    for (const names of banned.values()) for (const name of names) bannedAnywhere.add(name);
  }
  return { manylinux, musllinux, bannedAnywhere };
}

function policyOf(row: Row, allowedOn: WheelPolicy['allowed']): WheelPolicy {
  const made = new Map<string, ReturnType<typeof allowedOn>>();
  return {
    name: row.name,
    version: row.name.slice(row.name.indexOf('_') + 1).replace('_', '.'),
    aliases: row.aliases ?? [],
    libraries: words(row.libraries),
    banned: new Map(Object.entries(row.banned).map(([library, names]) => [library, words(names)])),
    allowed(arch) {
      if (!made.has(arch)) made.set(arch, allowedOn(arch));
      return made.get(arch);
    },
  };
}

/** The policy of a tag: for a version without one of its own, the nearest below. */
export function policyFor(policies: readonly WheelPolicy[], version: string): WheelPolicy | undefined {
  return policies.findLast((policy) => compareDotted(policy.version, version) <= 0);
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' ').filter((word) => word !== ''));
}
