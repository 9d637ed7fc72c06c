import { defaultPath } from '../base/env.ts';
import { variablesOf } from '../config/placeholders.ts';
import type { Project, Step, Target } from '../config/project.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import { wrappersPath } from './step-sysroot.ts';

/** Where tools of an environment put their programs. */
export const toolsPath = '/usr/local/bin';

/** What a step has without anyone saying so. The project may set each of them. */
const defaults: Readonly<Record<string, string>> = {
  /** 1980-01-01, the first day that a zip file can hold; the same for all, as a clock may not decide what is built. */
  SOURCE_DATE_EPOCH: '315532800',
};

interface OfToolchain {
  readonly sysroot: Readonly<Record<string, string>> | undefined;
  readonly checks:
    | {
        readonly variables: Readonly<Record<string, string>>;
        /** First on the PATH; undefined where no program is. */
        readonly path: string | undefined;
      }
    | undefined;
}

/** Those that everything in a root has. An image brings some of its own. */
export function rootVariables(
  { image, tools }: Pick<LockedEnvironment, 'image' | 'tools'>,
  { sysroot, checks }: OfToolchain,
): Record<string, string> {
  const first = checks?.path === undefined ? [] : [checks.path];
  const wrappers = sysroot === undefined ? [] : [wrappersPath];
  return {
    ...defaults,
    ...sysroot,
    ...checks?.variables,
    PATH: [...first, ...wrappers, defaultPath].join(':'),
    ...image?.env,
    ...(image?.env['PATH'] !== undefined && tools.length > 0
      ? { PATH: [...first, toolsPath, image.env['PATH']].join(':') }
      : {}),
  };
}

/** Every variable of a step; none of them depends on the machine. */
export function stepVariables(
  { project, target, step }: { readonly project: Project; readonly target: Target; readonly step: Step },
  locked: Pick<LockedEnvironment, 'image' | 'tools'>,
  toolchain: OfToolchain,
): Record<string, string> {
  return {
    ...rootVariables(locked, toolchain),
    // That of another user is in the root's own /etc/passwd.
    ...(step.user === undefined ? { HOME: '/root' } : {}),
    ...variablesOf(project, target, step),
    TARGETRY_TARGET: target.name,
    TARGETRY_ARCH: target.arch,
    TARGETRY_LIBC: target.libc,
    TARGETRY_NAME: project.name,
    ...(project.version === undefined ? {} : { TARGETRY_VERSION: project.version }),
  };
}
