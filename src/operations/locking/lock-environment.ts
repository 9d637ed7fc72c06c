/** From what the user wants of an environment to a section of the lock: each kind of root is decided in its own way. */
import { cpuOf, parseArch } from '../../abi/cpu.ts';
import type { Libc } from '../../abi/libc.ts';
import { isOfApk } from '../../abi/root-kind.ts';
import type { LockedEnvironment, LockedPackage } from '../../lock/lock.ts';
import { inputsOf, type ChosenPackages, type LockRequest, type SolvedPackages } from '../../lock/request.ts';
import { chooseApkPackages, solveApkEnvironment } from '../../lock/solve-apk.ts';
import { solveDebEnvironment, solveDebTool } from '../../lock/solve-deb.ts';
import { fetchPackages, type DownloadProgress } from '../../packages/fetch.ts';
import { Failure } from '../../report/failure.ts';
import { rootFacts } from '../../roots/compose.ts';
import { archivesOf } from '../../roots/locked-archives.ts';
import type { RootFacts } from '../../roots/root-facts.ts';
import { sayingWhereElse } from './elsewhere.ts';
import type { PackageSources } from './package-sources.ts';

interface SolvedEnvironment {
  readonly locked: LockedEnvironment;
  readonly warnings: SolvedPackages['warnings'];
  /** That of the root, where it was looked into. */
  readonly libc: Libc | undefined;
}

export async function lockEnvironment(
  request: LockRequest,
  sources: PackageSources,
  progress?: DownloadProgress,
): Promise<SolvedEnvironment> {
  const { name, role, distro, release, arch, users } = request;
  const {
    warnings,
    reasons: _,
    ...decided
  } = await sayingWhereElse(request, sources, () => decide(request, sources, progress));
  const facts = { name, role, distro, release, arch, inputs: inputsOf(request), users };
  const root: LockedEnvironment = { ...facts, ...decided, tools: [] };
  const looked = await lookInto(root, request, { sources, progress });
  const found = await sources.tools.lock(request, looked);
  const locked = { ...root, tools: found.tools };
  return { locked, warnings: [...warnings, ...found.warnings], libc: looked?.libc?.kind };
}

interface LookOptions {
  readonly sources: PackageSources;
  readonly progress: DownloadProgress | undefined;
}

/** Undefined where nobody wants to know. Of an image only its files tell, which have to come for it. */
async function lookInto(
  root: LockedEnvironment,
  { distro, from, arch, tools }: LockRequest,
  { sources, progress }: LookOptions,
): Promise<RootFacts | undefined> {
  const { client, store } = sources;
  if (tools.npm.length + tools.pypi.length === 0 && distro !== 'rootfs') return undefined;
  if (distro === 'image') {
    const addresses = await sources.addresses(root);
    await fetchPackages(archivesOf(root), { client, store, addresses, progress });
  }
  const facts = await rootFacts(root, store);
  const { machine } = cpuOf(parseArch(arch)!);
  const { machines } = facts;
  if (machines.length === 0 || machines.includes(machine)) return facts;
  const message = `${from} is for ${machines.join(' and ')}, and would be used for ${machine}`;
  throw new Failure('image-not-for-cpu', message);
}

type Decided = SolvedPackages & Pick<LockedEnvironment, 'layers' | 'image'>;

async function decide(
  request: LockRequest,
  sources: PackageSources,
  progress: DownloadProgress | undefined,
): Promise<Decided> {
  const { distro, role } = request;
  const solveDeb = role === 'tool' ? solveDebTool : solveDebEnvironment;
  switch (distro) {
    case 'rootfs':
      return { ...NOTHING_SOLVED, ...(await sources.layers.lockRootfs(request)) };
    case 'debian':
    case 'ubuntu':
    case 'deb':
      return { ...(await solveDeb(request, sources.deb(request))), layers: [] };
    case 'alpine':
    case 'wolfi':
    case 'apk':
      return {
        ...(await solveApkEnvironment(request, sources.apk({ ...request, distro }), progress)),
        layers: [],
      };
    case 'image':
      return { ...NOTHING_SOLVED, ...(await sources.layers.lockImage(request)) };
  }
}

/** What would be locked, without the hashes of files, for which packages may have to be downloaded. */
export async function choosePackages(request: LockRequest, sources: PackageSources): Promise<ChosenPackages> {
  if (isOfApk(request)) {
    const choose = () => chooseApkPackages(request, sources.apk(request));
    return sayingWhereElse(request, sources, choose);
  }
  const decided = await sayingWhereElse(request, sources, () => decide(request, sources, undefined));
  const { packages, reasons } = decided;
  return { versions: new Map(packages.map((one) => [labelOf(one, request), one.version])), reasons };
}

/** As the reasons call it. */
function labelOf({ name, arch }: LockedPackage, request: LockRequest): string {
  return arch === request.arch || arch === 'all' ? name : `${name}:${arch}`;
}

/** Of a root that is not made of packages. */
const NOTHING_SOLVED: SolvedPackages = {
  asked: [],
  repositories: [],
  packages: [],
  warnings: [],
  reasons: new Map(),
};
