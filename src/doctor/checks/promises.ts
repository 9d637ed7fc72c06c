import { distroReleases } from '../../abi/distros.ts';
import { compareDotted } from '../../abi/dotted.ts';
import { libcVersionIn, type Libc } from '../../abi/libc.ts';
import { promiseWord, type AbiPromise } from '../../abi/promise.ts';
import { archOf, libcOf } from '../../abi/root-kind.ts';
import { namesOfRelease } from '../../config/distro-releases.ts';
import type { Environment, Target } from '../../config/project.ts';
import { stepsFor } from '../../config/select.ts';
import type { Lock } from '../../lock/lock.ts';
import { sectionOf } from '../../lock/section.ts';
import { promisedGlibc } from '../../plan/glibc-floor.ts';
import type { Location } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import { noProject, type Check, type Diagnosis } from '../check.ts';

interface Promised {
  readonly target: string;
  readonly environment: string;
  readonly promise: AbiPromise;
  readonly at: Location;
  /** Of the environment. */
  readonly libc: { readonly name: Libc; readonly version: string };
  /** Programs are among the artifacts. */
  readonly programs: boolean;
  /** The steps speak of another libc or linker than that of the environment. */
  readonly otherwise: boolean;
}

/** glibc's start code for programs has had this version since then. */
const startCode = '2.34';

export const promises: Check<readonly Promised[] | undefined> = {
  id: 'promises',
  group: 'project',
  title: 'promises',
  proves: 'No target promises an older libc than the environment has that builds it.',
  how: "Holds the version of the libc that is locked, else that of the table of releases, against the target's promises.",
  costs:
    'The build runs to its end, and then the promise turns out to be broken: what is linked takes the newest version of each symbol.',
  cure: 'Build in an older environment, or promise what the environment has.',
  needs: ['config', 'lock'],
  async probe({ project: here, lock }) {
    if (here === undefined || here instanceof Failure) return undefined;
    const state = await lock();
    const { project, targets } = here;
    return targets.flatMap((target) => {
      const libc = libcVersion(target, state?.lock);
      if (libc === undefined) return [];
      const text = JSON.stringify([target.env, stepsFor(project, target).map(({ run, env }) => [run, env])]);
      const facts = {
        target: target.name,
        environment: target.environment.name,
        libc: { name: target.libc, version: libc },
        programs: project.artifacts.some(({ kind }) => kind === 'executable'),
        otherwise: /zig|musl|-static|sysroot/.test(text),
      };
      return target.promises.map(({ promise, at }) => ({ ...facts, promise, at }));
    });
  },
  judge(promised): Diagnosis | readonly Diagnosis[] {
    if (promised === undefined) return noProject;
    const told = promised.flatMap(diagnose);
    if (told.length > 0) return told;
    return { status: 'ok', found: 'none is below the libc of its environment' };
  },
};

function diagnose({ target, environment, promise, at, libc, programs, otherwise }: Promised): Diagnosis[] {
  const allowed = allowedBy(promise, libc.name);
  if (allowed === undefined || compareDotted(libc.version, allowed) <= 0) return [];
  const has = `target \`${target}\` promises \`${promiseWord(promise)}\`, and \`${environment}\` has ${libc.name} ${libc.version}`;
  const cure = `build it in an environment with ${libc.name} ${allowed} or older${older(libc.name, allowed)}; or promise \`${libc.name}:${libc.version}\``;
  const crosses =
    libc.name === 'glibc' &&
    compareDotted(libc.version, startCode) >= 0 &&
    compareDotted(allowed, startCode) < 0;
  if (crosses && programs && !otherwise) {
    const found = `${has}: every program that is linked there needs ${startCode}, for its start code`;
    return [{ status: 'fail', found, cure, at }];
  }
  const found = `${has}: it is kept only while nothing newer is used, which is measured after the build`;
  return [{ status: 'warn', found, cure, at }];
}

/** The newest version of the libc that a promise lets a file need. */
function allowedBy(promise: AbiPromise, libc: Libc): string | undefined {
  if (libc === 'musl') return promise.kind === 'musl' ? promise.version : undefined;
  if (promise.kind !== 'runs-on') return promisedGlibc(promise);
  const release = distroReleases().find(({ id }) => id === promise.distro);
  return release?.libc === 'glibc' ? release.GLIBC : undefined;
}

/** The newest Debian or Ubuntu, or Alpine, that is old enough. */
function older(name: Libc, most: string): string {
  const fitting = distroReleases().filter((one) => {
    const version = one.libc === 'musl' ? one.musl : one.GLIBC;
    return one.libc === name && version !== undefined && compareDotted(version, most) <= 0;
  });
  const names = fitting.map(({ id }) => id).filter((id) => /^(debian|alpine)-[\d.]+$/.test(id));
  const last = names.at(-1);
  return last === undefined ? '' : `, such as ${last}`;
}

/** Undefined where the target is of another libc than its environment, or nothing tells. */
function libcVersion(target: Target, lock: Lock | undefined): string | undefined {
  const { environment, builder, libc } = target;
  const { name, sysroot } = environment;
  // What is linked with, which with a sysroot is of the CPU of the result.
  const { base } = sysroot ?? environment;
  const arch = sysroot === undefined ? builder : target.arch;
  const role = sysroot === undefined ? 'environment' : 'sysroot';
  const locked = lock && sectionOf(lock, { name, role, arch: archOf(base, arch) });
  if (libcOf(base) !== libc) return undefined;
  return (locked && libcVersionIn(locked.packages, libc)) ?? versionOfTable(sysroot ?? environment);
}

function versionOfTable({ base }: Pick<Environment, 'base'>): string | undefined {
  if (!('release' in base)) return undefined;
  const names = namesOfRelease(base.distro, base.release).map((name) => `${base.distro}-${name}`);
  const release = distroReleases().find(({ id }) => names.includes(id));
  return release?.libc === 'musl' ? release.musl : release?.GLIBC;
}
