/** Which packages would bring a library that an environment lacks. Asked only after it was missed, as it reads indexes. */
import { formatOf, isOfApk } from '../../abi/root-kind.ts';
import type { LockRequest } from '../../lock/request.ts';
import type { ApkBase } from '../../packages/apk/repository.ts';
import { packageOfLibrary } from '../../proof/needs.ts';
import { Failure } from '../../report/failure.ts';
import type { PackageSources } from '../locking/package-sources.ts';

/** By library; those of which nothing is known are left out. An index that can't be read says nothing. */
export async function packagesOfLibraries(
  libraries: readonly string[],
  request: LockRequest,
  sources: PackageSources,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (formatOf(request) === undefined) return new Map();
  try {
    const find = await (isOfApk(request) ? apksOf(request, sources) : debsOf(request, sources));
    return new Map(libraries.map((name) => [name, find(name)] as const).filter(([, found]) => found.length));
  } catch (error) {
    if (error instanceof Failure && error.code !== 'canceled') return new Map();
    throw error;
  }
}

/** An index of Debian's names no files; packages of libraries are called by what is in them, which a package of that name confirms. */
async function debsOf(request: LockRequest, sources: PackageSources) {
  const { archive, repositories } = sources.deb(request);
  const opened = await archive.open(await repositories(request.arch), request.arch);
  const indexes = opened.flatMap((one) => one.indexes);
  return (name: string): readonly string[] => {
    const usual = packageOfLibrary(name, 'deb');
    return (usual === undefined ? debNames(name) : [usual]).filter((one) =>
      indexes.some((index) => index.versions(one).length > 0),
    );
  };
}

/** `libssl.so.3` is in libssl3, `libfoo-2.so.1` in libfoo-2-1; those whose time grew to 64 bits end in `t64`. */
function debNames(soname: string): readonly string[] {
  const [, stem = '', version = ''] = /^([\w.+-]+?)\.so(?:\.(.+))?$/.exec(soname) ?? [];
  const name = stem.toLowerCase().replaceAll('_', '-');
  const joined = /\d$/.test(name) && version !== '' ? `${name}-${version}` : `${name}${version}`;
  return name === '' ? [] : [joined, `${joined}t64`, `${name}-${version}`, `${name}-${version}t64`];
}

async function apksOf(request: LockRequest & ApkBase, sources: PackageSources) {
  const { archive, repositories } = sources.apk(request);
  const indexes = await Promise.all(repositories.map((one) => archive.index(one, request.arch)));
  const packages = indexes.flatMap((one) => one.packages);
  return (library: string): readonly string[] => {
    const has = packages.filter(({ provides }) => provides.some(({ name }) => name === `so:${library}`));
    return [...new Set(has.map(({ name }) => name))];
  };
}
