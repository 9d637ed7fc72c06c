/**
 * QEMU, for steps on a CPU that isn't this machine's. The lock names the Debian package it comes from, for each CPU that
 * builds, so that whoever has no QEMU gets the same one; of the package only the one program is kept, as a blob. A
 * machine that has a static QEMU of its own uses that, and spares the download.
 *
 * Which of them ran a step decides nothing of the result, so it is in no key; it is in the record of the build.
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readFileSync } from 'node:fs';
import { access, chmod, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { archHere, cpuOf, cpus, type Arch } from '../abi/cpu.ts';
import { sha256OfValue } from '../base/sha256.ts';
import type { Target } from '../config/project.ts';
import { isForeign } from '../engines/embedded/foreign-cpus.ts';
import type { Emulator } from '../engines/engine.ts';
import { readDeb } from '../formats/deb.ts';
import { sourceOfFile } from '../formats/elf/byte-source.ts';
import { readElfHeader } from '../formats/elf/elf-header.ts';
import { FormatError } from '../formats/format-error.ts';
import type { Lock, LockedEnvironment, LockedPackage } from '../lock/lock.ts';
import { findLocked, type LockRequest } from '../lock/request.ts';
import { fetchPackages } from '../packages/fetch.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { DamagedBlob, readCheckedBlob } from '../roots/checked-blob.ts';
import type { Store } from '../store/store.ts';
import type { PackageSources } from './package-sources.ts';
import { runTask } from './run-task.ts';

interface EmulatorData {
  readonly distro: 'debian';
  readonly release: string;
  readonly package: string;
}

const data = JSON.parse(
  readFileSync(new URL('../../../data/emulator.json', import.meta.url), 'utf8'),
) as EmulatorData;

/** CPUs on which Targetry itself runs; whoever builds on another one locks for it there. */
const usualHosts: readonly Arch[] = ['x64', 'arm64'];

/**
 * What the lock must say of QEMU: a section for each CPU that some target is built on, this machine's among them, and that
 * has to emulate another's. So a lock that was written on one machine serves the others too.
 */
export function emulatorRequests(targets: readonly Pick<Target, 'builder'>[]): LockRequest[] {
  const builders = new Set(targets.map(({ builder }) => builder));
  const hosts = new Set([archHere(), ...usualHosts.filter((arch) => builders.has(arch))]);
  return [...hosts]
    .filter((host) => [...builders].some((builder) => isForeign(ociName(builder), ociName(host))))
    .map(requestFor);
}

/** Whether a section of the lock would serve some machine that builds these targets; not always this one. */
export function servesBuilders(
  { arch }: LockedEnvironment,
  targets: readonly Pick<Target, 'builder'>[],
): boolean {
  const host = cpus.find(({ debian }) => debian === arch);
  return host !== undefined && targets.some(({ builder }) => isForeign(ociName(builder), ociName(host.arch)));
}

function requestFor(host: Arch): LockRequest {
  return {
    name: 'qemu',
    role: 'tool',
    distro: data.distro,
    release: data.release,
    from: undefined,
    path: undefined,
    arch: cpuOf(host).debian,
    packages: [{ spec: data.package }],
    recommends: false,
    repositories: [],
    users: [],
    tools: { npm: [], pypi: [] },
  };
}

interface EmulatorSource {
  readonly lock: Lock;
  readonly store: Store;
  readonly sources: PackageSources;
  /** The folder beside the project where packages are looked for first. */
  readonly kept?: string | undefined;
}

/** By OCI's name of the CPU: one for each that the targets' steps need and this machine hasn't. */
export function emulatorsFor(
  context: Context,
  targets: readonly Pick<Target, 'builder'>[],
  source: EmulatorSource,
): ReadonlyMap<string, Emulator> {
  const foreign = targets.map(({ builder }) => builder).filter((arch) => isForeign(ociName(arch)));
  return new Map(
    [...new Set(foreign)].map((arch) => [
      ociName(arch),
      { open: async () => (await ownEmulator(context, arch)) ?? lockedEmulator(context, arch, source) },
    ]),
  );
}

function ociName(arch: Arch): string {
  return cpuOf(arch).oci.split('/')[0]!;
}

type Opened = Awaited<ReturnType<Emulator['open']>>;

/** The machine's own, where it has one that runs in any root: a static one. */
export async function ownEmulator({ env }: Pick<Context, 'env'>, arch: Arch): Promise<Opened | undefined> {
  const { machine } = cpuOf(arch);
  const folders = ['/usr/bin', '/usr/local/bin', ...(env['PATH'] ?? '').split(delimiter)];
  for (const name of [`qemu-${machine}-static`, `qemu-${machine}`]) {
    for (const path of folders.filter((folder) => folder.startsWith('/')).map((one) => join(one, name))) {
      if (await isStaticProgram(path)) return { path, sha256: await hashOfFile(path) };
    }
  }
  return undefined;
}

async function isStaticProgram(path: string): Promise<boolean> {
  const interpreter = 3;
  try {
    await access(path, constants.X_OK);
    const file = openSync(path, 'r');
    try {
      const { segments } = readElfHeader(sourceOfFile(file, fstatSync(file).size), []);
      return !segments.some(({ type }) => type === interpreter);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function lockedEmulator(context: Context, arch: Arch, source: EmulatorSource): Promise<Opened> {
  const { lock, store } = source;
  const locked = findLocked(lock, requestFor(archHere()));
  const [one] = locked?.packages ?? [];
  if (locked === undefined || one === undefined) throw new Error(`no emulator is locked for ${archHere()}`);
  const program = `usr/bin/qemu-${cpuOf(arch).machine}`;
  // The same program is found again by the package that it is in.
  const key = sha256OfValue({ package: one.sha256, program });
  const known = await store.readRecord<{ readonly sha256: string }>('program', key);
  const sha256 =
    known !== undefined && store.hasBlob(known.sha256)
      ? known.sha256
      : await fetchProgram(context, arch, { ...source, locked, one, program });
  if (sha256 !== known?.sha256) await store.writeRecord('program', key, { sha256 });
  return { path: store.blobPath(sha256), sha256 };
}

interface WantedProgram extends EmulatorSource {
  readonly locked: LockedEnvironment;
  readonly one: LockedPackage;
  readonly program: string;
}

async function fetchProgram(context: Context, arch: Arch, wanted: WantedProgram): Promise<string> {
  const { store, sources, kept, locked, one, program } = wanted;
  const task = `fetch qemu for ${arch}`;
  context.emit({ type: 'planned', tasks: [{ id: task, name: task }] });
  return runTask(context, task, async () => {
    await fetchPackages([one], {
      client: sources.client,
      store,
      addresses: await sources.addresses(locked),
      kept,
      progress: { emit: context.emit, task },
    });
    const value = await takeProgram(store, one, program);
    return { value, note: `${one.name} ${one.version}, ${(one.size / 1e6).toFixed(1)} MB` };
  });
}

/** Of a package's files one, as a blob that can be executed. */
async function takeProgram(store: Store, one: LockedPackage, program: string): Promise<string> {
  const label = `${one.name} ${one.version}`;
  try {
    const { data: files } = await readDeb(readCheckedBlob(store.blobPath(one.sha256), one.sha256));
    for await (const { path, type, body } of files) {
      if (type !== 'file' || path.replace(/^\.?\/+/, '') !== program) continue;
      const { sha256 } = await store.addBlob(body);
      await chmod(store.blobPath(sha256), 0o700);
      return sha256;
    }
    throw new Failure('package-broken', `${label} holds no ${program}`);
  } catch (error) {
    if (error instanceof DamagedBlob) {
      await store.dropBlob(one.sha256);
      throw new Failure('package-damaged', `the store's copy of ${label} is damaged`);
    }
    if (!(error instanceof FormatError)) throw error;
    throw new Failure('package-broken', `${label} can't be unpacked`, { why: error.message });
  }
}
