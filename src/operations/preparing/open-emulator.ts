import { closeSync, fstatSync, openSync } from 'node:fs';
import { access, chmod, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { archHere, cpuOf, type Arch } from '../../abi/cpu.ts';
import { bytes } from '../../base/units.ts';
import { isMissing } from '../../base/if-any.ts';
import { sha256OfLargeFile } from '../../base/sha256-of-file.ts';
import { sha256OfValue } from '../../base/sha256.ts';
import type { Emulator } from '../../engines/engine.ts';
import { readDeb } from '../../formats/deb.ts';
import { sourceOfFile } from '../../formats/elf/byte-source.ts';
import { readElfHeader } from '../../formats/elf/elf-header.ts';
import { FormatError } from '../../formats/format-error.ts';
import type { Lock, LockedEnvironment, LockedPackage } from '../../lock/lock.ts';
import { findLocked } from '../../lock/request.ts';
import { fetchPackages } from '../../packages/fetch.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import { DamagedBlob, readCheckedBlob } from '../../roots/checked-blob.ts';
import type { Store } from '../../store/store.ts';
import { runTask } from '../run-task.ts';
import type { SourcesOnDemand } from '../locking/sources-on-demand.ts';
import { emulatorRequest } from './emulator-requests.ts';

export interface EmulatorSource {
  readonly lock: Lock;
  readonly store: Store;
  readonly sources: SourcesOnDemand;
  /** The folder beside the project where packages are looked for first. */
  readonly kept?: string | undefined;
}

type Opened = Awaited<ReturnType<Emulator['open']>>;

/** The program that runs steps of a CPU: this machine's own, or else the one that the lock names. */
export async function openEmulator(context: Context, arch: Arch, source: EmulatorSource): Promise<Opened> {
  return (await ownEmulator(context, arch)) ?? lockedEmulator(context, arch, source);
}

/** The machine's own, where it has one that runs in any root: a static one. */
export async function ownEmulator({ env }: Pick<Context, 'env'>, arch: Arch): Promise<Opened | undefined> {
  const { machine } = cpuOf(arch);
  const folders = ['/usr/bin', '/usr/local/bin', ...(env['PATH'] ?? '').split(delimiter)];
  for (const name of [`qemu-${machine}-static`, `qemu-${machine}`]) {
    for (const path of folders.filter((folder) => folder.startsWith('/')).map((one) => join(one, name))) {
      if (await isStaticProgram(path)) return { path, sha256: await sha256OfLargeFile(path) };
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
  } catch (error) {
    if (isMissing(error) || error instanceof FormatError) return false;
    throw error;
  }
}

async function lockedEmulator(context: Context, arch: Arch, source: EmulatorSource): Promise<Opened> {
  const { lock, store } = source;
  const locked = findLocked(lock, emulatorRequest(archHere()));
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
    const opened = await sources.open();
    await fetchPackages([one], {
      client: opened.client,
      store,
      addresses: await opened.addresses(locked),
      kept,
      progress: { emit: context.emit, task },
    });
    const value = await takeProgram(store, one, program);
    return { value, note: `${one.name} ${one.version}, ${bytes(one.size)}` };
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
