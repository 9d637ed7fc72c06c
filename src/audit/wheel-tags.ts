import { compareDotted } from '../abi/dotted.ts';
import { isMuslItself } from '../abi/musl.ts';
import { wheelCpu } from '../abi/wheel-platform.ts';
import { wheelPolicies, type WheelPolicy } from '../abi/wheel-policies.ts';
import { familyOf } from './floor.ts';
import type { ReadElf } from './verdict.ts';

const NOTHING: ReadonlySet<string> = new Set();

/**
 * The tag with the widest reach that all of these files together may carry, with its older names; none where no policy
 * allows them. A tag of a newer policy is allowed as well, but reaches less.
 */
export function wheelTagsOf(elfs: readonly ReadElf[], bundled: ReadonlySet<string> = NOTHING): string[] {
  const loaded = elfs.filter(({ audit }) => audit.type !== 'rel');
  const arches = new Set(loaded.map(({ audit }) => wheelCpu(audit.machine)));
  const [arch] = arches;
  if (arches.size !== 1 || arch === undefined) return [];
  const isa = loaded.map(({ audit }) => audit.isa ?? '').reduce((a, b) => (a > b ? a : b), '');
  const suffix = isa === '' ? arch : `${arch}_${isa.slice('x86-64-'.length)}`;
  const { manylinux, musllinux } = wheelPolicies();
  const policies = loaded.some(({ audit }) => audit.libc === 'musl') ? musllinux : manylinux;
  const policy = policies.find((policy) =>
    loaded.every((elf) => againstPolicy(elf, policy, bundled).length === 0),
  );
  return policy ? [policy.name, ...policy.aliases].map((name) => `${name}_${suffix}`) : [];
}

/** Why a file may not carry a tag; empty where it may. */
export function againstPolicy(
  { audit, traits }: ReadElf,
  policy: WheelPolicy,
  bundled: ReadonlySet<string> = NOTHING,
): string[] {
  if (traits.system !== null) return [`it is built for ${traits.system}`];
  const forMusl = policy.name.startsWith('musllinux');
  if (audit.libc === 'bionic' || audit.libc === (forMusl ? 'glibc' : 'musl')) {
    return [`it is built for ${audit.libc}`];
  }
  const arch = wheelCpu(audit.machine);
  const allowed = arch === undefined ? undefined : policy.allowed(arch);
  if (!allowed) return [`no wheel for ${audit.machine} can have the tag`];
  const reasons: string[] = [];
  for (const library of audit.needed) {
    if (bundled.has(library) || isWelcome(library, policy, forMusl)) continue;
    reasons.push(`it needs ${library}, which has to be put into the wheel`);
  }
  if (forMusl) reasons.push(...againstMusl({ audit, traits }, policy));
  else reasons.push(...againstVersions({ audit, traits }, allowed, bundled));
  for (const [library, names] of policy.banned) {
    const used = audit.needed.includes(library) && !bundled.has(library);
    const name = used ? traits.banned.find((name) => names.has(name)) : undefined;
    if (name !== undefined) reasons.push(`it uses ${name}, which not every ${library} has`);
  }
  return reasons;
}

function isWelcome(library: string, policy: WheelPolicy, forMusl: boolean): boolean {
  if (policy.libraries.has(library) || /^libpython\d/.test(library)) return true;
  return forMusl ? isMuslItself(library) : /^ld(?:-linux[^/]*|64)\.so\.\d+$/.test(library);
}

function againstMusl({ traits }: ReadElf, policy: WheelPolicy): string[] {
  const { musl } = traits;
  // Tags have two numbers of three, so a wheel for musl 1.2.5 carries the tag of 1.2.
  if (!musl || compareDotted(musl.floor.split('.').slice(0, 2).join('.'), policy.version) <= 0) return [];
  return [`it needs ${musl.forcedBy[0]!.symbol ?? 'DT_RELR'}, which comes with musl ${musl.floor}`];
}

function againstVersions(
  { audit, traits }: ReadElf,
  allowed: NonNullable<ReturnType<WheelPolicy['allowed']>>,
  bundled: ReadonlySet<string>,
): string[] {
  const reasons: string[] = [];
  for (const need of traits.versionNeeds) {
    const of = need.weak || bundled.has(need.library) ? undefined : familyOf(need);
    if (!of || allowed.get(of.family)?.has(need.version.slice(of.family.length + 1))) continue;
    const symbol = audit.forcedBy[of.family]?.find(({ version }) => version === need.version)?.symbol ?? null;
    reasons.push(`it needs ${need.version}${symbol === null ? '' : ` (${symbol})`}`);
  }
  if (audit.relr && !allowed.get('GLIBC')?.has('ABI_DT_RELR')) reasons.push('it needs a loader with DT_RELR');
  return reasons;
}
