/**
 * Which locks are in use. Whoever reads a lock leaves a record in the store that names the project's folder and what its
 * lock needs. As long as there is a lock in that folder it counts as in use: as it is today where it can be read, as it
 * was then where it can't.
 */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { jsonIfAny, namesIfAny } from '../base/if-any.ts';
import { sha256 } from '../base/sha256.ts';
import { lockName } from '../lock/lock-name.ts';
import type { Lock, LockedEnvironment } from '../lock/lock.ts';
import { readLock } from '../lock/read.ts';
import { Failure } from '../report/failure.ts';
import { spokenName } from '../report/spoken-name.ts';
import { rootKey } from '../roots/known-root.ts';
import { lastUse, type StoreEntry } from '../store/inventory.ts';
import type { Store } from '../store/store.ts';

export interface KnownProject extends ProjectRecord {
  /** Whether its lock is still there. */
  readonly inUse: boolean;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

interface ProjectRecord {
  readonly name: string;
  readonly folder: string;
  readonly environments: readonly KnownEnvironment[];
}

interface KnownEnvironment {
  readonly name: string;
  readonly arch: string;
  /** The key of its root. */
  readonly root: string;
  /** Everything that it is made from. */
  readonly parts: readonly { readonly label: string; readonly sha256: string }[];
}

const recordKind = 'project';

export async function rememberProject(
  store: Store,
  { name, folder }: { readonly name: string; readonly folder: string },
  lock: Lock,
): Promise<void> {
  const record: ProjectRecord = { name, folder, environments: lock.environments.map(knownEnvironment) };
  await store.writeRecord(recordKind, sha256(folder), record);
}

export async function knownProjects(store: Store): Promise<KnownProject[]> {
  const keys = namesIfAny(join(store.folder, 'records', recordKind)).map((name) => basename(name, '.json'));
  const projects = await Promise.all(keys.map((key) => knownProject(store, key)));
  return projects.filter((one) => one !== undefined).sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

async function knownProject(store: Store, key: string): Promise<KnownProject | undefined> {
  const place = store.recordPath(recordKind, key);
  const usedAt = lastUse('records', place) ?? 0;
  // Not as a use of it: to look at the store must leave no trace.
  const record = jsonIfAny(place) as ProjectRecord | undefined;
  if (record === undefined) return undefined;
  const path = join(record.folder, lockName);
  if (!existsSync(path)) return { ...record, inUse: false, usedAt };
  try {
    const lock = await readLock(path);
    const environments = lock?.environments.map(knownEnvironment) ?? record.environments;
    return { ...record, environments, inUse: true, usedAt };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...record, inUse: true, usedAt };
  }
}

function knownEnvironment(locked: LockedEnvironment): KnownEnvironment {
  const { name, arch, packages, layers, tools } = locked;
  const parts = [
    ...[...packages, ...tools].map((one) => ({ label: `${one.name} ${one.version}`, sha256: one.sha256 })),
    ...layers.map((one, index) => ({ label: `layer ${index + 1} of ${name}`, sha256: one.sha256 })),
  ];
  return { name: spokenName(locked), arch, root: rootKey(locked), parts };
}

/** Whether an entry of the store is one that a lock in use needs. */
export function neededBy(projects: readonly KnownProject[]): (entry: StoreEntry) => boolean {
  const environments = projects.filter(({ inUse }) => inUse).flatMap((one) => one.environments);
  const roots = new Set(environments.map(({ root }) => root));
  const parts = new Set(environments.flatMap((one) => one.parts.map((part) => part.sha256)));
  const folders = new Set(projects.filter(({ inUse }) => inUse).map(({ folder }) => sha256(folder)));
  return ({ kind, key }) => {
    if (kind === 'blobs' || kind === 'trees') return parts.has(key);
    if (kind === 'roots') return roots.has(key);
    if (kind !== 'records') return false;
    const [recordOf = '', recordKey = ''] = key.split('/');
    // Without these nothing of another boot would be believed.
    if (recordOf === 'settled') return true;
    if (recordOf === 'root') return roots.has(recordKey);
    return recordOf === recordKind && folders.has(recordKey);
  };
}
