import { nearest } from '../../base/nearest.ts';
import type { Diagnostic, Location } from '../../report/diagnostic.ts';
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

const PATTERN = /^(-)?([a-z0-9][a-z0-9+.-]*?)(?::([a-z0-9-]+))?(?:=([^\s=]+))?$/;

/** Finds what the user's words mean in this universe. `where` names it: `debian bullseye`. */
export function readWishes<C extends Choice>(
  universe: Universe<C>,
  specs: readonly PackageSpec[],
  where: string,
  arch: string,
): Wishes<C> {
  const wanted: Wish<C>[] = [];
  const excluded = new Map<string, PackageSpec>();
  const problems: Diagnostic[] = [];
  for (const spec of specs) {
    const problem = (code: Diagnostic['code'], message: string, hint?: string) => {
      problems.push({ code, severity: 'error', message, hint, at: spec.at });
    };
    const match = PATTERN.exec(spec.spec);
    if (match === null) {
      problem('package-spec-invalid', `"${spec.spec}" is not a package`, FORMS);
      continue;
    }
    const [, minus, name, otherArch, version] = match;
    if (otherArch !== undefined && otherArch !== arch) {
      problem(
        'package-spec-invalid',
        `"${spec.spec}" asks for another CPU than the environment's, ${arch}`,
        FORMS,
      );
      continue;
    }
    const versions = named(universe, name!);
    if (versions === undefined) {
      problem('package-unknown', `${where} has no package ${name}`, didYouMean(universe, name!));
    } else if (minus !== undefined) {
      excluded.set(name!, spec);
    } else if (Array.isArray(versions)) {
      const choice =
        version === undefined
          ? universe.candidate(versions[0]!.name)
          : versions.find((one) => isPinned(one.version, version));
      const known = list(versions.map((one) => one.version));
      if (choice !== undefined) wanted.push({ spec, choice, pinned: version !== undefined });
      else if (version === undefined)
        problem(
          'package-version-unknown',
          `${name} is only in repositories of a priority below 0`,
          `pin it: \`${name}=${known}\``,
        );
      else problem('package-version-unknown', `${where} has no ${name} ${version}`, `it has ${known}`);
    } else {
      const { providers } = versions;
      problem(
        'package-ambiguous',
        `${name} is not a package but a name that several provide`,
        `write one of ${list(providers)}`,
      );
    }
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

const FORMS = 'write `name`, `name=version`, `name=1.2.*` or, to keep a package out, `-name`';

/** A package's versions; for a virtual package its only provider's. */
function named<C extends Choice>(
  universe: Universe<C>,
  name: string,
): C[] | { providers: string[] } | undefined {
  const versions = universe.versions(name);
  if (versions.length > 0) return [...versions];
  const providers = universe
    .providers(name)
    .filter((provider) => universe.candidate(provider.name) === provider)
    .filter((provider) => provider.provides.some((one) => one.name === name));
  const names = [...new Set(providers.map((provider) => provider.name))];
  if (names.length === 0) return undefined;
  return names.length === 1 ? [providers[0]!] : { providers: names };
}

/** `1.2*` is a beginning, as apt has it; anything else a whole version. */
function isPinned(version: string, pin: string): boolean {
  return pin.endsWith('*') ? version.startsWith(pin.slice(0, -1)) : version === pin;
}

function didYouMean<C extends Choice>(universe: Universe<C>, name: string): string | undefined {
  const near = nearest(name, universe.names());
  if (near.length > 0) return `did you mean ${list(near)}?`;
  return undefined;
}

export function list(names: readonly string[], most = 6): string {
  const shown = names.slice(0, most);
  if (names.length > most) return `${shown.join(', ')} and ${names.length - most} more`;
  const last = shown.pop();
  return shown.length === 0 ? `${last}` : `${shown.join(', ')} or ${last}`;
}
