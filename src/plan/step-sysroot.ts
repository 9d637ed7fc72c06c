import { parseArch } from '../abi/cpu.ts';
import { formatOf, libcOf } from '../abi/root-kind.ts';
import type { Target } from '../config/project.ts';
import type { Platform } from '../graph/graph.ts';
import { source } from '../graph/sources.ts';
import type { State } from '../graph/state.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import { Failure } from '../report/failure.ts';
import { compilersIn } from '../toolchain/compilers.ts';
import { crossPython, nodeVariables, type CrossPython } from '../toolchain/cross-languages.ts';
import { toolchainVariables } from '../toolchain/step-variables.ts';
import { sysrootLayout } from '../toolchain/sysroot-layout.ts';
import { toolchainFiles } from '../toolchain/toolchain-files.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import { toolchainFolder } from '../toolchain/wrapper.ts';

/** Where steps find it. */
export const sysrootFolder = '/opt/sysroot';

/** First on the PATH of steps. */
export const wrappersPath = `${sysrootFolder}/${toolchainFolder}/bin`;

export interface StepSysroot {
  readonly locked: LockedEnvironment;
  /** The identifier of the abstract source. */
  readonly identifier: string;
  /** Its files, with the toolchain's. */
  readonly state: State;
  readonly variables: Readonly<Record<string, string>>;
  /** Beside the files of the root. */
  readonly python: CrossPython | undefined;
}

interface SysrootRequest {
  readonly target: Target;
  /** Of the target's environment. */
  readonly root: LockedEnvironment;
  readonly locked: LockedEnvironment;
  readonly identifier: string;
  readonly platform: Platform;
}

/**
 * What a target compiles against: a file system of its own, mounted into each step and never written to, so the root and
 * the layers of the steps hold nothing of it. The few files of the toolchain are a layer on top.
 */
export function stepSysroot({ target, root, locked, identifier, platform }: SysrootRequest): StepSysroot {
  const toolchain = sysrootToolchain(target, root, locked);
  const name = `sysroot ${target.environment.name} ${locked.arch}`;
  const bare = source(identifier, { platform, name });
  const state = bare.target(target.name).file(
    (change) => {
      const made = change.mkdir(`/${toolchainFolder}/bin`, { makeParents: true });
      return toolchainFiles(toolchain).reduce(
        (files, { path, text, mode }) => files.mkfile(`/${path}`, text, { mode, modified: FIXED }),
        made,
      );
    },
    { name: `toolchain of ${target.environment.name} for ${target.arch}` },
  );
  const packages = { root: namesOf(root), sysroot: namesOf(locked) };
  const python = toolchain.cross ? crossPython(toolchain.layout, packages, sysrootFolder) : undefined;
  const variables = {
    ...toolchainVariables(toolchain),
    ...python?.variables,
    ...(toolchain.cross && nodeVariables(packages, sysrootFolder)),
  };
  return { locked, identifier, state, variables, python };
}

/** Of files that Targetry writes: ccache knows a compiler by its time. */
export const FIXED = new Date('1980-01-01T00:00:00Z');

function namesOf({ packages }: LockedEnvironment): ReadonlySet<string> {
  return new Set(packages.map(({ name }) => name));
}

/** The compilers of a target's root against its sysroot. */
export function sysrootToolchain(
  target: Target,
  root: LockedEnvironment,
  locked: LockedEnvironment,
): Toolchain {
  const { arch, builder, libc, environment } = target;
  const compilers = compilersIn(namesOf(root), { arch, builder: parseArch(root.arch) ?? builder });
  // Zig compiles for every CPU by itself, and asks pkg-config for the sysroot's libraries.
  const zig = root.tools.some(({ name }) => name === 'ziglang');
  if (compilers.all.length === 0 && arch !== builder && !zig) {
    const message = `environment \`${environment.name}\` has no compiler that runs on ${builder} and compiles for ${arch}`;
    throw new Failure('cross-compiler-missing', message, { at: environment.at });
  }
  const layout = sysrootLayout({
    format: formatOf(environment.sysroot!.base) ?? 'deb',
    libc,
    arch,
    packages: locked.packages,
  });
  const cross = arch !== builder || libc !== (libcOf(environment.base) ?? 'glibc');
  return { layout, compilers, cross, folder: '/usr/bin/', sysroot: sysrootFolder };
}
