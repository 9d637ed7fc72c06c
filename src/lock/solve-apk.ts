import type { ApkArchive, RepositoryIndex } from '../packages/apk/archive.ts';
import type { ApkFile } from '../packages/apk/learn-files.ts';
import type { ApkRepository } from '../packages/apk/repository.ts';
import { solveApk, type ApkChoice, type ApkReason, type ApkSolution } from '../packages/apk/solve.ts';
import { isUnknownApk } from '../packages/apk/rules.ts';
import type { DownloadProgress } from '../packages/fetch.ts';
import { codes } from '../report/codes.ts';
import type { Diagnostic } from '../report/diagnostic.ts';
import type { LockedPackage, LockedRepository } from './lock.ts';
import type { ChosenPackages, LockRequest, PackageReason, SolvedPackages } from './request.ts';

/** What an environment is decided from. */
export interface ApkSources {
  readonly archive: ApkArchive;
  readonly repositories: readonly ApkRepository[];
  /** Brings packages into the store, and tells what no index has: the hashes of their files. */
  readonly learn: (
    choices: readonly ApkChoice[],
    arch: string,
    progress: DownloadProgress | undefined,
  ) => Promise<readonly ApkFile[]>;
}

interface ApkChosen extends ChosenPackages {
  readonly indexes: readonly RepositoryIndex[];
  readonly solution: ApkSolution;
}

/** Decides every package of an environment of apk, from indexes whose signatures were checked. */
export async function chooseApkPackages(
  request: LockRequest,
  { archive, repositories }: ApkSources,
): Promise<ApkChosen> {
  const { arch, packages } = request;
  const indexes = await Promise.all(repositories.map((one) => archive.index(one, arch)));
  const solution = solveApk(indexes, { packages, where: placeOf(request, repositories) });
  const versions = new Map(solution.chosen.map(({ package: one }) => [one.name, one.version]));
  const reasons = new Map([...solution.reasons].map(([name, reason]) => [name, reasonText(reason)]));
  return { indexes, solution, versions, reasons };
}

/** What of it goes into the lock, with the hashes of the packages' files. */
export async function solveApkEnvironment(
  request: LockRequest,
  sources: ApkSources,
  progress: DownloadProgress | undefined,
): Promise<SolvedPackages> {
  const { indexes, solution, reasons } = await chooseApkPackages(request, sources);
  const files = await sources.learn(solution.chosen, request.arch, progress);
  return {
    asked: solution.world,
    repositories: indexes.map(lockedRepository),
    packages: files.map(lockedPackage).sort((a, b) => (a.name < b.name ? -1 : 1)),
    warnings: warningsOf(solution, request),
    reasons,
  };
}

function warningsOf({ apk }: ApkSolution, { name }: LockRequest): readonly Diagnostic[] {
  if (apk === undefined || !isUnknownApk(apk)) return [];
  const message = `the packages of \`${name}\` are chosen as by an older apk than its own, which is ${apk}`;
  return [{ code: 'apk-newer', severity: 'warning', message, hint: codes['apk-newer'].cure }];
}

function reasonText(reason: ApkReason): PackageReason {
  return reason.kind === 'needed' ? { kind: 'needed', by: reason.by, relation: reason.dependency } : reason;
}

/** What the indexes are called in messages. */
function placeOf({ distro, release }: LockRequest, repositories: readonly ApkRepository[]): string {
  const base = distro === 'apk' ? [] : [release === '-' ? distro : `${distro} ${release}`];
  const others = repositories.filter(({ at }) => at !== undefined).map(({ name }) => name);
  return [...base, ...others].join(' with ');
}

function lockedRepository({ repository, date, sha256, key, tag }: RepositoryIndex): LockedRepository {
  const day = date.toISOString().replace(/\.\d+Z$/, 'Z');
  return { name: repository, date: day, release: sha256, key, ...(tag !== undefined && { tag }) };
}

function lockedPackage({ name, repository, path, size, sha256, package: one }: ApkFile): LockedPackage {
  return { name, version: one.version, arch: one.arch, repository, path, size, sha256 };
}
