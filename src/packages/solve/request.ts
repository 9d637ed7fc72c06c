import type { Diagnostic, Location } from '../../report/diagnostic.ts';
import { didYouMean, oneOf } from '../../report/suggest.ts';
import type { Choice, Universe } from './universe.ts';

/** A package as the user wrote it: `gcc`, `libssl-dev=3.0.*`, `-emacs`. */
export interface PackageSpec {
  readonly spec: string;
  readonly at?: Location | undefined;
}

export interface Wish<C extends Choice> {
  readonly spec: PackageSpec;
  readonly choice: C;
  readonly pinned: boolean;
  /** The suite that it is taken from, with what it needs of that. */
  readonly release?: string;
}

export interface Wishes<C extends Choice> {
  readonly wanted: readonly Wish<C>[];
  readonly excluded: ReadonlyMap<string, PackageSpec>;
  readonly problems: readonly Diagnostic[];
}

/** By package name, what was written for it. */
export function askedFor<C extends Choice>(wishes: Wishes<C>): ReadonlyMap<string, string> {
  return new Map(wishes.wanted.map(({ choice, spec }) => [choice.name, spec.spec]));
}

const PATTERN = /^(-)?([a-z0-9][a-z0-9+.-]*?)(?::([a-z0-9-]+))?(?:=([^\s=]+)|\/([^\s/]+))?$/;

interface Place {
  /** What the universe is called in messages: `debian bullseye`. */
  readonly where: string;
  /** The CPU of the root. */
  readonly arch: string;
  /** Those whose packages it may have besides. */
  readonly foreign?: readonly string[] | undefined;
}

/** The CPU that a spec asks for: that of `musl-dev:arm64`. */
export function archAskedFor({ spec }: PackageSpec): string | undefined {
  return PATTERN.exec(spec)?.[3];
}

/** Finds what the user's words mean in this universe. */
export function readWishes<C extends Choice>(
  universe: Universe<C>,
  specs: readonly PackageSpec[],
  place: Place,
): Wishes<C> {
  const wanted: Wish<C>[] = [];
  const excluded = new Map<string, PackageSpec>();
  const problems: Diagnostic[] = [];
  for (const spec of specs) {
    const found = readWish(universe, spec, place);
    if ('severity' in found) problems.push(found);
    else if ('excluded' in found) excluded.set(found.excluded, spec);
    else wanted.push(found);
  }
  for (const { spec, choice } of wanted) {
    const kept = excluded.get(choice.name);
    if (kept === undefined) continue;
    const message = `\`${kept.spec}\` keeps out what \`${spec.spec}\` asks for`;
    problems.push({
      code: 'packages-conflict',
      severity: 'error',
      message,
      hint: 'remove one of the two',
      at: kept.at,
    });
  }
  return { wanted, excluded, problems };
}

function readWish<C extends Choice>(
  universe: Universe<C>,
  spec: PackageSpec,
  { where, arch, foreign = [] }: Place,
): Wish<C> | { readonly excluded: string } | Diagnostic {
  const problem = (code: Diagnostic['code'], message: string, hint?: string): Diagnostic => ({
    code,
    severity: 'error',
    message,
    hint,
    at: spec.at,
  });
  const match = PATTERN.exec(spec.spec);
  if (match === null) return problem('package-spec-invalid', `"${spec.spec}" is not a package`, FORMS);
  const [, minus, bare, cpu, version, release] = match;
  if (cpu !== undefined && ![arch, 'native', ...foreign].includes(cpu))
    return problem('package-spec-invalid', `"${spec.spec}" asks for a CPU that is not known`, FORMS);
  const name = cpu === undefined || !foreign.includes(cpu) ? bare! : `${bare}:${cpu}`;
  const versions = named(
    universe,
    cpu === undefined ? [name, ...foreign.map((one) => `${name}:${one}`)] : [name],
  );
  if (versions === undefined) return problem('package-unknown', ...unknown(universe, name, where));
  if (minus !== undefined) return { excluded: name };
  if (!Array.isArray(versions)) {
    const message = `${name} is not a package but a name that several provide`;
    return problem('package-ambiguous', message, `write one of ${oneOf(versions.providers)}`);
  }
  const known = oneOf(versions.map((one) => one.version));
  const own = versions[0]!.name;
  if (release !== undefined) {
    const choice = universe.versionIn(own, release);
    if (choice !== undefined) return { spec, choice, pinned: true, release };
    const message = `${where} has no ${name} of ${release}`;
    return problem(
      'package-version-unknown',
      message,
      `it has ${known}; a suite is added under \`repositories:\``,
    );
  }
  if (version !== undefined) {
    const choice = versions.find((one) => isPinned(one.version, version));
    if (choice !== undefined) return { spec, choice, pinned: true };
    return problem('package-version-unknown', `${where} has no ${name} ${version}`, `it has ${known}`);
  }
  const choice = universe.candidate(own);
  if (choice !== undefined) return { spec, choice, pinned: false };
  const message = `${name} is only in repositories of a priority below 0`;
  return problem('package-version-unknown', message, `pin it: \`${name}=${versions[0]!.version}\``);
}

const FORMS =
  'write `name`, `name=version`, `name=1.2.*`, `name/suite`, `name:cpu` or, to keep a package out, `-name`';

/** A package's versions, of the first name that is one; for a virtual package its only provider's. */
function named<C extends Choice>(
  universe: Universe<C>,
  names: readonly string[],
): C[] | { providers: string[] } | undefined {
  for (const name of names) {
    const versions = universe.versions(name);
    if (versions.length > 0) return [...versions];
  }
  const [name] = names;
  const providers = universe
    .providers(name!)
    .filter((provider) => universe.candidate(provider.name) === provider)
    .filter((provider) => provider.provides.some((one) => one.name === name));
  const found = [...new Set(providers.map((provider) => provider.name))];
  if (found.length === 0) return undefined;
  return found.length === 1 ? [providers[0]!] : { providers: found };
}

/** `1.2*` is a beginning, and `1.*-2` has anything in its middle, as apt has it; anything else is a whole version. */
function isPinned(version: string, pin: string): boolean {
  if (!/[*?]/.test(pin)) return version === pin;
  const pattern = pin.replace(/[*?]|[^\w]/g, (sign) => ({ '*': '.*', '?': '.' })[sign] ?? `\\${sign}`);
  return new RegExp(`^${pattern}$`).test(version);
}

function unknown<C extends Choice>(
  universe: Universe<C>,
  name: string,
  where: string,
): [message: string, hint: string | undefined] {
  const names = [...universe.names()];
  if (names.length === 0) return [`${where} has no packages at all: its indexes are empty`, undefined];
  return [`${where} has no package ${name}, among ${names.length} that were read`, didYouMean(name, names)];
}
