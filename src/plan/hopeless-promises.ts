import { compareDotted } from '../abi/dotted.ts';
import { libcVersionIn } from '../abi/libc.ts';
import { promiseWord } from '../abi/promise.ts';
import { archOf } from '../abi/root-kind.ts';
import type { Project, Target } from '../config/project.ts';
import { stepsFor } from '../config/select.ts';
import type { Lock } from '../lock/lock.ts';
import { sectionOf } from '../lock/section.ts';
import type { Diagnostic } from '../report/diagnostic.ts';
import { Failure } from '../report/failure.ts';
import { compilersIn } from '../toolchain/compilers.ts';
import { olderGlibc, promisedGlibc } from './glibc-floor.ts';

/** From here on every program that is linked dynamically needs it, by `__libc_start_main`, whatever else it calls. */
const STARTS_ANEW = '2.34';

/**
 * Promises that no program can keep which the compilers of the environment link with its libc. Said before anything is
 * built, and only where it is sure: libraries may need less than the libc that they are linked with, static programs need
 * none, and Zig and Go bring what they link with.
 */
export function hopelessPromises(
  project: Pick<Project, 'artifacts' | 'steps'>,
  targets: readonly Target[],
  lock: Lock,
): readonly Diagnostic[] {
  if (!project.artifacts.some(({ kind }) => kind === 'executable')) return [];
  return targets.flatMap((target) => {
    const libc = libcOfTarget(target, lock);
    if (
      libc === undefined ||
      linksOtherwise(project, target) ||
      target.promises.some(({ promise }) => promise.kind === 'static')
    )
      return [];
    return target.promises
      .filter(({ promise }) => compareDotted(promisedGlibc(promise) ?? libc, STARTS_ANEW) < 0)
      .map(({ promise, at }): Diagnostic => {
        const { name, sysroot } = target.environment;
        const from = sysroot === undefined ? `\`${name}\`` : `the sysroot of \`${name}\``;
        return {
          code: 'promise-hopeless',
          severity: 'error',
          message: `\`${promiseWord(promise)}\` can't be kept: programs are linked with glibc ${libc} of ${from}, and from ${STARTS_ANEW} on each of them needs that version's \`__libc_start_main\``,
          hint: `${olderGlibc(promisedGlibc(promise)!, target)}; or promise \`glibc:${STARTS_ANEW}\``,
          at,
        };
      });
  });
}

/** Before anything is built. */
export function refuseHopelessPromises(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const message = 'nothing was built, because a promise could not be kept';
  throw new Failure('promise-hopeless', message, { diagnostics });
}

/** The steps speak of another libc, linker or way of linking. */
function linksOtherwise(project: Pick<Project, 'steps'>, target: Target): boolean {
  const steps = stepsFor(project, target).map(({ run, env }) => [run, env]);
  return /zig|musl|-static|sysroot/.test(JSON.stringify([target.env, target.environment.env, steps]));
}

/** Undefined where it isn't known, where it isn't glibc from 2.34 on, or where it isn't what is linked with. */
function libcOfTarget({ environment, arch, builder, libc }: Target, lock: Lock): string | undefined {
  const { name, base, sysroot } = environment;
  const root = sectionOf(lock, { name, role: 'environment', arch: archOf(base, builder) });
  const linked =
    sysroot === undefined
      ? root
      : sectionOf(lock, { name, role: 'sysroot', arch: archOf(sysroot.base, arch) });
  if (libc !== 'glibc' || root === undefined || linked === undefined) return undefined;
  const names = root.packages.map((one) => one.name);
  const bringsItsOwn =
    root.tools.some((tool) => tool.name === 'ziglang') ||
    names.some((one) => /^(?:golang|go|zig)\b/.test(one));
  if (bringsItsOwn || compilersIn(names, { arch, builder }).all.length === 0) return undefined;
  const upstream = libcVersionIn(linked.packages, 'glibc');
  return upstream !== undefined && compareDotted(upstream, STARTS_ANEW) >= 0 ? upstream : undefined;
}
