/**
 * Where else a package is, of which an environment has none of that name: in a part of its release that it doesn't read, in
 * a release near it, in a repository of another environment. Asked only where the name is no slip of the pen, for it takes
 * further indexes.
 */
import { formatOf, isOfApk } from '../../abi/root-kind.ts';
import { isSlipOf } from '../../base/nearest.ts';
import { isReleased, releasesNear } from '../../config/distro-releases.ts';
import type { LockRequest } from '../../lock/request.ts';
import type { ApkBase } from '../../packages/apk/repository.ts';
import { isFlat, type DebRepository } from '../../packages/deb/repository.ts';
import { codes } from '../../report/codes.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import { oneOf } from '../../report/suggest.ts';
import type { PackageSources } from './package-sources.ts';

/** What an index says of names, and what messages call it. */
interface Place {
  readonly repository: string;
  readonly has: (name: string) => boolean;
}

interface Places {
  /** Every name that the environment knows. */
  readonly known: ReadonlySet<string>;
  readonly others: () => Promise<readonly Place[]>;
}

/** Does the work, and where that fails for a package that there isn't, adds to the failure where it is. */
export async function sayingWhereElse<Value>(
  request: LockRequest,
  sources: PackageSources,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Failure ? await extended(error, request, sources) : error;
  }
}

async function extended(failure: Failure, request: LockRequest, sources: PackageSources): Promise<Failure> {
  const { code, message, hint, at } = failure;
  const single: Diagnostic = { code, severity: 'error', message, hint, at };
  const findings = failure.diagnostics.length > 0 ? failure.diagnostics : [single];
  const unknown = new Map(findings.flatMap((one) => unknownName(one, request)));
  if (unknown.size === 0) return failure;
  const { known, others } = await (isOfApk(request)
    ? apkPlaces(request, sources)
    : debPlaces(request, sources));
  if ([...unknown.values()].every((name) => isSlip(name, known))) return failure;
  const places = await others();
  const told = findings.map((one): Diagnostic => {
    const name = unknown.get(one);
    const found = places.filter((place) => name !== undefined && place.has(name));
    if (found.length === 0) return one;
    const where = `it is in ${oneOf([...new Set(found.map(({ repository }) => repository))])}`;
    const isOwn = one.hint !== undefined && one.hint !== codes[one.code].cure;
    return { ...one, hint: isOwn ? `${where}; ${one.hint}` : where };
  });
  const [first] = told;
  return failure.diagnostics.length > 0
    ? new Failure(code, message, { hint, diagnostics: told })
    : new Failure(code, message, { hint: first!.hint, at });
}

/** The name in what the user wrote at the place of a finding. */
function unknownName(finding: Diagnostic, { packages }: LockRequest): [Diagnostic, string][] {
  if (finding.code !== 'package-unknown') return [];
  const spec = packages.find(({ at }) => at === finding.at)?.spec ?? '';
  const name = /^[-!]?((?:(?:so|cmd|pc):)?[^\s:/=<>~@]+)/.exec(spec)?.[1];
  return name === undefined ? [] : [[finding, name]];
}

/** Other digits make another version of a thing, and no slip. */
function isSlip(name: string, known: ReadonlySet<string>): boolean {
  for (const one of known) if (isSlipOf(name, one) && withoutDigits(one) !== withoutDigits(name)) return true;
  return false;
}

function withoutDigits(text: string): string {
  return text.replaceAll(/\d/g, '');
}

async function debPlaces(request: LockRequest, sources: PackageSources): Promise<Places> {
  const { arch, distro, release } = request;
  const { archive, repositories } = sources.deb(request);
  const opened = await archive.open(await repositories(arch), arch);
  const parts = opened
    .map(({ suite }) => suite)
    .filter(({ repository }) => !isFlat(repository))
    .map(({ repository, release: { components } }) => ({
      ...repository,
      components: components.filter((one) => !repository.components.includes(one) && !one.includes('/')),
    }));
  const read = async (others: readonly DebRepository[]): Promise<Place[]> =>
    (await archive.open(others, arch)).flatMap(({ indexes }) =>
      indexes.map((index) => ({
        repository: index.repository,
        has: (name: string) => index.versions(name).length > 0,
      })),
    );
  const near = isReleased(distro) ? releasesNear(distro, release) : [];
  const reads = [
    ...parts.map((part) => () => read([part])),
    ...near.map((other) => async () => {
      const own = await sources.deb({ ...request, release: other, repositories: [] }).repositories(arch);
      // What its updates have, it has as well.
      return read(own.slice(0, 1));
    }),
    ...othersOf(request, sources).map((other) => async () => {
      const all = await sources.deb(other).repositories(arch);
      return read(all.filter(({ at }) => at !== undefined));
    }),
  ];
  return {
    known: new Set(opened.flatMap(({ indexes }) => indexes.flatMap((index) => [...index.names()]))),
    others: () => readable(reads),
  };
}

async function apkPlaces(request: LockRequest & ApkBase, sources: PackageSources): Promise<Places> {
  const { arch, distro, release } = request;
  const own = sources.apk(request);
  const indexes = await Promise.all(own.repositories.map((one) => own.archive.index(one, arch)));
  const near = isReleased(distro) ? releasesNear(distro, release) : [];
  const places = [
    ...near.map((other) => sources.apk({ ...request, release: other, repositories: [] }).repositories),
    ...othersOf(request, sources)
      .filter(isOfApk)
      .map((other) => sources.apk(other).repositories.filter(({ at }) => at !== undefined)),
  ].flat();
  const reads = places.map((repository) => async () => {
    const { packages } = await own.archive.index(repository, arch);
    const names = new Set(packages.map(({ name }) => name));
    return [{ repository: repository.name, has: (name: string) => names.has(name) }];
  });
  return {
    known: new Set(indexes.flatMap(({ packages }) => packages.map(({ name }) => name))),
    others: () => readable(reads),
  };
}

/** Environments of the same kind that have repositories of their own, as requests for this CPU. */
function othersOf(request: LockRequest, sources: PackageSources): LockRequest[] {
  const format = formatOf(request);
  return [...sources.environments.values()]
    .filter(({ name, base, repositories }) => {
      return name !== request.name && repositories.length > 0 && formatOf(base) === format;
    })
    .map(({ base, repositories }) => ({
      ...request,
      distro: base.distro,
      release: 'release' in base ? base.release : '-',
      repositories,
    }));
}

/** A place that can't be read says nothing. */
async function readable(reads: readonly (() => Promise<readonly Place[]>)[]): Promise<readonly Place[]> {
  const found = await Promise.all(
    reads.map((read) =>
      read().catch((error: unknown) => {
        if (error instanceof Failure && error.code !== 'canceled') return [];
        throw error;
      }),
    ),
  );
  return found.flat();
}
