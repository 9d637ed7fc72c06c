/**
 * Which of a version's wheels is for a root, as pip would choose: only those whose tags the root's Python, libc and CPU can
 * serve, and of these the one that asks for the most. What needs no Python's own ABI (`py3-none-…`, as programs in wheels
 * have it) also fits into a root without Python.
 */
import { cpuOf } from '../../abi/cpu.ts';
import { compareDotted } from '../../abi/dotted.ts';
import { parseWheelPlatform, wheelCpu } from '../../abi/wheel-platform.ts';
import { parseWheelName } from '../../formats/wheel-name.ts';
import { Failure } from '../../report/failure.ts';
import { platformInWords, type ToolPlatform } from '../tool-platform.ts';
import type { IndexFile } from './simple-index.ts';

/** `Rust_Just` and `rust.just` are `rust-just`. */
export function normalizedName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** Throws where none of them fits. */
export function chooseWheel(
  files: readonly IndexFile[],
  { name, version }: { readonly name: string; readonly version: string },
  platform: ToolPlatform,
): IndexFile {
  const ofVersion = files.flatMap((file) => {
    const wheel = parseWheelName(file.name);
    const same = wheel !== undefined && normalizedName(wheel.name) === normalizedName(name);
    return same && isVersion(wheel.version, version) ? [{ file, wheel }] : [];
  });
  if (ofVersion.length === 0) throw noWheel(files, name, version);
  const fitting = ofVersion
    .map(({ file, wheel }) => ({ file, rank: rankOf(wheel, platform) }))
    .filter((one) => one.rank !== undefined)
    .sort((a, b) => compareRanks(b.rank!, a.rank!) || (a.file.name < b.file.name ? -1 : 1));
  if (fitting.length > 0) return fitting[0]!.file;
  const platforms = [...new Set(ofVersion.flatMap(({ wheel }) => wheel.platforms))];
  const linux = platforms.filter((one) => /linux|^any$/.test(one)).sort();
  throw new Failure('tool-not-for-root', `${name} ${version} has no wheel for ${platformInWords(platform)}`, {
    why:
      linux.length === 0
        ? `its wheels are for other systems than Linux`
        : `its wheels are for ${linux.join(', ')}${platform.python === undefined ? ', and the root has no Python' : ''}`,
  });
}

function noWheel(files: readonly IndexFile[], name: string, version: string): Failure {
  const source = files.find(
    (file) =>
      normalizedName(file.name).startsWith(`${normalizedName(`${name}-${version}`)}-`) &&
      /\.(tar\.gz|zip)$/.test(file.name),
  );
  if (source !== undefined) {
    return new Failure('tool-needs-more', `${name} ${version} has no wheel, it would have to be built`, {
      hint: `install it in a step: { name: tools, run: "pip install ${name}==${version}", network: true }`,
    });
  }
  const versions = [...new Set(files.flatMap((file) => parseWheelName(file.name)?.version ?? []))];
  return new Failure('tool-not-found', `the index has no ${name} ${version}`, {
    hint: versions.length === 0 ? undefined : `there is ${name}==${versions.slice(-5).join(`, ${name}==`)}`,
  });
}

/** `1.0` and `1.0.0` are one version. */
function isVersion(one: string, other: string): boolean {
  return plainVersion(one) === plainVersion(other);
}

function plainVersion(version: string): string {
  return version
    .toLowerCase()
    .replace(/^v/, '')
    .replaceAll(/[-_]/g, '.')
    .replace(/^((?:\d+!)?\d+(?:\.\d+)*?)(?:\.0)+(?=$|[^\d.])/, '$1');
}

type Rank = readonly number[];

/** Undefined where a wheel isn't for this root. */
function rankOf(
  { pythons, abis, platforms }: NonNullable<ReturnType<typeof parseWheelName>>,
  platform: ToolPlatform,
): Rank | undefined {
  const system = best(platforms.map((tag) => systemRank(tag, platform)));
  const python = best(pythons.flatMap((one) => abis.map((abi) => pythonRank(one, abi, platform.python))));
  return system === undefined || python === undefined ? undefined : [...python, ...system];
}

function systemRank(tag: string, { arch, libc, libcVersion }: ToolPlatform): Rank | undefined {
  if (tag === 'any') return [0, 0, 0];
  const said = parseWheelPlatform(tag);
  if (said === undefined || said.cpu !== wheelCpu(cpuOf(arch).machine)) return undefined;
  if (said.libc === undefined) return [1, 0, 0];
  if (said.libc !== libc || compareDotted(said.version, libcVersion) > 0) return undefined;
  return [2, ...said.version.split('.').map(Number)];
}

function pythonRank(tag: string, abi: string, python: string | undefined): Rank | undefined {
  if (abi === 'none' && /^(py3|py2\.py3)$/.test(tag)) return [0];
  if (python === undefined) return undefined;
  const own = Number(python.split('.')[1] ?? 0);
  const [, kind, minor] = /^(cp|py)3(\d+)$/.exec(tag) ?? [];
  if (kind === undefined) return undefined;
  if (abi === 'none') return Number(minor) <= own ? [1] : undefined;
  if (abi === 'abi3') return Number(minor) <= own ? [2] : undefined;
  return abi === tag && Number(minor) === own ? [3] : undefined;
}

function best(ranks: readonly (Rank | undefined)[]): Rank | undefined {
  return ranks.filter((rank) => rank !== undefined).sort((a, b) => compareRanks(b, a))[0];
}

function compareRanks(a: Rank, b: Rank): number {
  const index = a.findIndex((number, at) => number !== b[at]);
  return index === -1 ? 0 : a[index]! - (b[index] ?? -1);
}
