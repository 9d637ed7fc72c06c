/** The libc of a release by its name, for commands that need no project: decided at the first use, and kept in the store. */
import type { Arch } from '../../abi/cpu.ts';
import { gccOf, newestRelease } from '../../config/distro-releases.ts';
import type { Environment } from '../../config/project.ts';
import { releaseBase, releaseIds, type ReleaseBase } from '../../config/proof-environment.ts';
import type { LockedEnvironment } from '../../lock/lock.ts';
import { inputsOf, type LockRequest } from '../../lock/request.ts';
import type { Location } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import { suggest } from '../../report/suggest.ts';
import { sysrootRequests } from './environment-request.ts';
import { lockEnvironment } from './lock-environment.ts';
import type { PackageSources } from './package-sources.ts';

export interface LibcWish {
  /** A release, with packages after `+`: `debian-11`, `alpine`, `debian-12+musl-dev`. */
  readonly libc: string;
  readonly language: 'c' | 'c++';
}

interface LockedLibc {
  readonly environment: Environment;
  readonly request: LockRequest;
  readonly locked: LockedEnvironment;
}

export async function lockLibc(wish: LibcWish, arch: Arch, sources: PackageSources): Promise<LockedLibc> {
  const { store } = sources;
  const environment = environmentFor(wish);
  const request = sysrootRequests({ environment, arch })[0]!;
  const key = inputsOf(request);
  const known = await store.readRecord<LockedEnvironment>('sysroot', key);
  const locked = known ?? (await lockEnvironment(request, sources)).locked;
  if (known === undefined) await store.writeRecord('sysroot', key, locked);
  return { environment, request, locked };
}

const shortNames: Readonly<Record<string, string>> = {
  musl: `debian-${newestRelease('debian')}+musl-dev`,
  alpine: `alpine-${newestRelease('alpine')}`,
};

function packagesOfLibc(base: ReleaseBase, language: LibcWish['language']): readonly string[] {
  if (base.distro === 'wolfi') return ['glibc-dev'];
  // g++ of Alpine is not taken apart: its library comes with the compiler.
  if (base.distro === 'alpine') return language === 'c' ? ['musl-dev'] : ['musl-dev', 'g++'];
  const gcc = gccOf(base.distro, base.release);
  return ['libc6-dev', ...(gcc === undefined ? [] : [`libgcc-${gcc}-dev`, `libstdc++-${gcc}-dev`])];
}

/** An environment that is nothing but a sysroot. */
function environmentFor({ libc: word, language }: LibcWish): Environment {
  const at: Location = { file: '--libc', line: 1, column: 1, length: word.length, text: word };
  const [id = '', ...extra] = (shortNames[word] ?? word).split('+');
  const base = releaseBase(id);
  if (base === undefined) {
    throw new Failure('usage', `\`${word}\` is no libc that Targetry knows`, {
      hint: suggest(id, releaseIds(), 'there are `musl`, `alpine` and the releases'),
    });
  }
  const packages = extra.includes('musl-dev') ? extra : [...packagesOfLibc(base, language), ...extra];
  const parts = { base, recommends: false, repositories: [], at };
  const sysroot = { ...parts, packages: packages.map((name) => ({ name, at })) };
  const nothing = { users: [], tools: { npm: [], pypi: [] }, env: {} };
  return { name: word, ...sysroot, ...nothing, sysroot };
}
