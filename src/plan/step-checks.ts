/** What watches the linkers of a target's steps: mounted beside the root, and told to compilers by a variable. */
import { posix } from 'node:path';
import { parseArch } from '../abi/cpu.ts';
import { compareDotted } from '../abi/dotted.ts';
import { libcVersionIn } from '../abi/libc.ts';
import { wheelPolicies } from '../abi/wheel-policies.ts';
import { placeholdersOf, substitute } from '../config/placeholders.ts';
import type { Project, Target } from '../config/project.ts';
import type { Platform } from '../graph/graph.ts';
import { scratch } from '../graph/sources.ts';
import type { State } from '../graph/state.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import { compilersIn } from '../toolchain/compilers.ts';
import { checkingLinkers, type LinkRules } from '../toolchain/link-check.ts';
import { checkingZig } from '../toolchain/zig-check.ts';
import { olderGlibc, promisedFloor } from './glibc-floor.ts';
import { FIXED, sysrootFolder } from './step-sysroot.ts';
import { toolsPath } from './variables.ts';

/** Where steps have them. */
export const checksFolder = '/opt/targetry/checks';

export interface StepChecks {
  readonly state: State;
  readonly variables: Readonly<Record<string, string>>;
  /** First on the PATH; undefined where no program is. */
  readonly path: string | undefined;
}

interface ChecksRequest {
  readonly project: Pick<Project, 'artifacts' | 'name' | 'version'>;
  readonly target: Target;
  /** Of the target's environment. */
  readonly root: LockedEnvironment;
  readonly sysroot: LockedEnvironment | undefined;
  readonly platform: Platform;
}

/** Undefined where nothing is linked with a newer glibc than there may be. */
export function stepChecks(request: ChecksRequest): StepChecks | undefined {
  const { target, root, platform } = request;
  const linkers = checkedLinkers(request);
  const hasZig = target.libc === 'glibc' && root.tools.some(({ name }) => name === 'ziglang');
  const files = [
    ...Object.entries(linkers).map(([name, text]) => ({ path: `/ld/${name}`, text })),
    ...(hasZig ? [{ path: '/bin/zig', text: checkingZig(`${toolsPath}/zig`) }] : []),
  ];
  if (files.length === 0) return undefined;
  const state = scratch(platform)
    .target(target.name)
    .file(
      (change) =>
        files.reduce(
          (made, { path, text }) => made.mkfile(path, text, { mode: 0o755, modified: FIXED }),
          change.mkdir('/ld').mkdir('/bin'),
        ),
      { name: `checks of the linker for ${target.name}` },
    );
  return {
    state,
    variables: Object.keys(linkers).length > 0 ? { COMPILER_PATH: `${checksFolder}/ld` } : {},
    path: hasZig ? `${checksFolder}/bin` : undefined,
  };
}

function checkedLinkers({ project, target, root, sysroot }: ChecksRequest): Readonly<Record<string, string>> {
  const rules = rulesFor(project, target, { root, sysroot });
  if (rules === undefined) return {};
  const { arch, builder } = target;
  const compilers = compilersIn(
    root.packages.map(({ name }) => name),
    { arch, builder: parseArch(root.arch) ?? builder },
  );
  return checkingLinkers({ rules, arch, compilers, folder: '/usr/bin/' });
}

function rulesFor(
  project: ChecksRequest['project'],
  target: Target,
  { root, sysroot }: Pick<ChecksRequest, 'root' | 'sysroot'>,
): LinkRules | undefined {
  const glibc = target.libc === 'glibc' ? libcVersionIn((sysroot ?? root).packages, 'glibc') : undefined;
  if (glibc === undefined) return undefined;
  const promised = promisedFloor(target);
  const floor = promised && compareDotted(promised.version, glibc) < 0 ? promised : undefined;
  const artifacts = floor === undefined ? [] : artifactNames(project, target);
  if (sysroot === undefined && artifacts.length === 0) return undefined;
  return {
    glibc,
    sysroot: sysroot && sysrootFolder,
    floor,
    artifacts,
    everywhere: everywhere(target),
    older: olderGlibc(floor?.version ?? glibc, target),
  };
}

/** What linkers call the files that become artifacts. Of an archive nobody knows. */
function artifactNames(project: ChecksRequest['project'], target: Target): readonly string[] {
  const values = placeholdersOf({ project, target });
  const names = project.artifacts.flatMap(({ kind, path }) => {
    if (kind === 'wheel') return ['*.so'];
    if (kind === 'archive' || kind === 'file') return [];
    const name = posix.basename(substitute(path, values)).replaceAll(/\{[^}]*\}/g, '*');
    return /^\*+$/.test(name) ? [] : [name.replaceAll(/[^\w.*?[\]+-]/g, '?')];
  });
  return [...new Set(names)];
}

/** Libraries that each system has in a build of its own, and what the user expects to be there. */
function everywhere({ promises }: Target): readonly string[] {
  const { libraries } = wheelPolicies().manylinux.at(-1)!;
  const named = promises.flatMap(({ promise }) => (promise.kind === 'needs' ? promise.libraries : []));
  const ofCompilers = ['libatomic.so.1', 'libgomp.so.1', 'libmvec.so.1'];
  const names = [...libraries, ...ofCompilers, ...named].map((name) => name.replace(/\.so.*/, ''));
  return [...new Set(names)].sort();
}
