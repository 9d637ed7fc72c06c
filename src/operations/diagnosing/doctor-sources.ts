/** What the doctor asks of repositories and of the lock, as locking and building would. */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { archHere, cpuOf } from '../../abi/cpu.ts';
import { isOfApk } from '../../abi/root-kind.ts';
import { endOfLife, isReleased } from '../../config/distro-releases.ts';
import type { LockHere, ProjectHere, RepositoryHere, Unchosen } from '../../doctor/patient.ts';
import { environmentsOf } from '../../doctor/patient.ts';
import { lostNames } from '../../doctor/servers.ts';
import type { Lock } from '../../lock/lock.ts';
import { readLock } from '../../lock/read.ts';
import { findLocked, type LockRequest } from '../../lock/request.ts';
import { addressesAt } from '../../packages/addresses.ts';
import { folderOf } from '../../packages/deb/archive.ts';
import { repositoryName } from '../../packages/deb/repository.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import type { Store } from '../../store/store.ts';
import { choosePackages } from '../locking/lock-environment.ts';
import { lockRequests } from '../locking/lock-requests.ts';
import { checkLock, lockPath } from '../lock.ts';
import { emulatorRequests } from '../preparing/emulator-requests.ts';
import { ownEmulator } from '../preparing/open-emulator.ts';
import { PackageSources } from '../locking/package-sources.ts';
import { starterRequest } from '../preparing/starter.ts';

/** Milliseconds for indexes that have to come for the question alone; the next time they are in the store. */
const patience = 5000;

export class DoctorSources {
  readonly #context: Context;
  readonly #store: Store;
  readonly #here: ProjectHere | undefined;
  readonly #sources: PackageSources;

  /** Without a project, it is about what Targetry takes for itself. */
  constructor(context: Context, store: Store, here: ProjectHere | undefined) {
    this.#context = context;
    this.#store = store;
    this.#here = here;
    const project = here?.project ?? { environments: new Map() };
    this.#sources = new PackageSources(context, store, project, { impatient: true });
  }

  async repositories(): Promise<RepositoryHere[]> {
    const lock = await this.#readLock();
    const requests = [...this.#requests(), ...(await this.#emulatorRequests())];
    const found = await Promise.all(requests.map((request) => this.#repositoriesOf(request, lock)));
    return [...new Map(found.flat().map((one) => [one.indexes.join(' '), one])).values()];
  }

  async #repositoriesOf(request: LockRequest, lock: Lock | undefined): Promise<RepositoryHere[]> {
    const { distro, release, arch } = request;
    const locked = findLocked(lock, request);
    const isHere = ({ sha256 }: { readonly sha256: string }) => existsSync(this.#store.blobPath(sha256));
    const dates = new Map(locked?.repositories.map(({ name, date }) => [name, new Date(date)]));
    const today = new Date().toISOString().slice(0, 10);
    const facts = (name: string) => ({
      name,
      needed: locked === undefined || !locked.packages.every(isHere),
      lockedDate: dates.get(name),
      ended: isReleased(distro) && (endOfLife(distro, release) ?? today) < today,
    });
    if (isOfApk(request)) {
      const { archive, repositories } = this.#sources.apk(request);
      return repositories.map((one) => ({
        ...facts(one.name),
        at: one.at,
        indexes: addressesAt(one.bases, `${arch}/APKINDEX.tar.gz`),
        read: async () => ({ date: (await archive.index(one, arch)).date, warnings: [] }),
      }));
    }
    if (distro === 'image' || distro === 'rootfs') return [];
    const { archive, repositories } = this.#sources.deb(request);
    return (await repositories(arch)).map((one) => ({
      ...facts(repositoryName(one)),
      at: one.at,
      indexes: one.bases.map((base) => `${folderOf(base, one)}/InRelease`),
      read: async () => {
        const { release, warnings } = await archive.suite(one);
        return { date: release.date, warnings };
      },
    }));
  }

  async lock(): Promise<LockHere | undefined> {
    if (this.#here === undefined) return undefined;
    const lock = await this.#readLock();
    const environments = this.#environments();
    const { outdated, unused, checked } = await checkLock(this.#context, { environments, update: false });
    const sections = outdated.map(({ request: { name, arch }, known }) => ({ name, arch, known }));
    return { exists: lock !== undefined, lock, checked, outdated: sections, unused };
  }

  /** `names` are hosts, each with what was said where it has no address. */
  async unchosen(names: ReadonlyMap<string, string | undefined>): Promise<Unchosen | undefined> {
    if (this.#here === undefined) return undefined;
    const lock = await this.#readLock();
    const open = this.#requests().filter(
      (one) => one.distro !== 'image' && one.distro !== 'rootfs' && findLocked(lock, one) === undefined,
    );
    const [failures, late]: [Failure[], string[]] = [[], []];
    const timer = new AbortController();
    const over = delay(patience, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    await Promise.all(
      open.map(async (request) => {
        const repositories = await this.#repositoriesOf(request, lock);
        const lost = repositories.map((one) => lostNames(one.indexes, names, this.#context.env));
        const gone = lost.find((one) => one !== undefined);
        const found = gone ?? (await Promise.race([failureOf(choosePackages(request, this.#sources)), over]));
        if (found === 'late') late.push(`${request.name} ${request.arch}`);
        else if (found !== undefined) failures.push(found);
      }),
    );
    timer.abort();
    return { failures, late };
  }

  /** What is still on its way then is of no use any more. */
  close(): Promise<void> {
    this.#sources.client.close();
    return this.#sources.close();
  }

  #readLock(): Promise<Lock | undefined> {
    return this.#here === undefined ? Promise.resolve(undefined) : readLock(lockPath(this.#here.project));
  }

  #requests(): readonly LockRequest[] {
    if (this.#here === undefined) return [starterRequest()];
    return lockRequests(this.#here.project, { environments: this.#environments(), arches: undefined });
  }

  /** Of what has to come from a server to run programs of other CPUs. */
  async #emulatorRequests(): Promise<LockRequest[]> {
    const targets = this.#here?.targets ?? [];
    const missing = await Promise.all(
      targets.map(async ({ builder }) => (await ownEmulator(this.#context, builder)) === undefined),
    );
    const here = cpuOf(archHere()).debian;
    return emulatorRequests(targets.filter((_, index) => missing[index])).filter(({ arch }) => arch === here);
  }

  /** Names; none for all. */
  #environments(): string[] {
    const { project, targets } = this.#here!;
    if (targets.length === project.targets.length) return [];
    return environmentsOf({ project: this.#here })!.map(({ name }) => name);
  }
}

/** What went wrong; a bug stays one. */
async function failureOf(work: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
