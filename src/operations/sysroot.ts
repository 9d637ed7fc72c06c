import { resolve } from 'node:path';
import { archHere, cpuOf, type Arch } from '../abi/cpu.ts';
import { formatOf } from '../abi/root-kind.ts';
import type { Environment } from '../config/project.ts';
import { selectEnvironment } from '../config/select.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { planRoot } from '../roots/compose.ts';
import { exportRoot } from '../roots/export-root.ts';
import { caseClashes, ignoresCase } from '../roots/ignored-case.ts';
import { Store } from '../store/store.ts';
import type { Compilers } from '../toolchain/compilers.ts';
import { libcOfSysroot, sysrootLayout } from '../toolchain/sysroot-layout.ts';
import { toolchainFiles } from '../toolchain/toolchain-files.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import { lockRequestOf, sysrootRequests } from './locking/environment-request.ts';
import { keptFolder } from './locking/keep-packages.ts';
import { lockSection } from './lock.ts';
import { namedArches } from './locking/named-arches.ts';
import { withTrees } from './preparing/make-root.ts';
import { SourcesOnDemand } from './locking/sources-on-demand.ts';
import type { RootRequest } from './preparing/planned-root.ts';
import { putToolchain } from './preparing/toolchain-tree.ts';
import { projectHere } from './project-here.ts';

export interface SysrootRequest extends RootRequest {
  /** Where to write it. */
  readonly output: string;
  /** Where it will be used; where it is written unless that is told. */
  readonly prefix?: string | undefined;
}

export interface SysrootResult {
  readonly environment: string;
  readonly arch: string;
  readonly path: string;
  readonly prefix: string;
  readonly packages: number;
  readonly libc: string;
  readonly triplet: string;
  readonly cxx: boolean;
  /** Files that only capitals tell from others, and whether the place where it was written can't hold them. */
  readonly caseClashes: { readonly paths: readonly string[]; readonly leftOut: boolean };
}

/** `targetry sysroot`: what an environment compiles against, as a folder with wrappers for compilers of any machine. */
export async function writeSysroot(context: Context, request: SysrootRequest): Promise<SysrootResult> {
  const [arch = archHere()] = namedArches(request.arch);
  const path = resolve(context.cwd, request.output);
  const prefix = request.prefix ?? path;
  if (!prefix.startsWith('/')) throw new Failure('usage', `--prefix ${prefix} is not an absolute path`);
  const project = projectHere(context, request.set);
  const environment = selectEnvironment(project, request.environment);
  const store = await Store.open(context.store);
  const sources = new SourcesOnDemand(context, store, project, request);
  try {
    const [own] = sysrootRequests({ environment, arch });
    // Without one the packages of its root are compiled against.
    const request = own ?? lockRequestOf(environment, arch);
    const { lock, locked } = await lockSection(context, { project, request, sources });
    const kept = keptFolder(project, lock);
    return await withTrees(context, { locked, sources: await sources.open(), kept }, async () => {
      const { tree, packages } = await planRoot({ ...locked, role: 'sysroot' }, store);
      const toolchain = toolchainFor({ environment, arch, locked, prefix });
      putToolchain(tree, '', toolchainFiles(toolchain));
      const clashes = caseClashes(tree);
      const leftOut = clashes.length > 0 && ignoresCase(path);
      if (leftOut) for (const one of clashes) tree.remove(one);
      const image = {
        name: environment.name,
        platform: cpuOf(arch).oci,
        env: {},
        createdBy: 'targetry sysroot',
      };
      await exportRoot(tree, { path, form: 'folder', image, signal: context.signal });
      const { layout } = toolchain;
      const libc = `${layout.libc} ${layout.libcVersion ?? ''}`.trim();
      const { triplet, cxxIncludes } = layout;
      const cxx = cxxIncludes.length > 0;
      const facts = { environment: environment.name, arch: locked.arch, path, prefix, packages };
      return { ...facts, libc, triplet, cxx, caseClashes: { paths: clashes, leftOut } };
    });
  } finally {
    await sources.close();
  }
}

interface Wanted {
  readonly environment: Environment;
  readonly arch: Arch;
  readonly locked: LockedEnvironment;
  readonly prefix: string;
}

/** Of the machine that will use it nothing is known, so each compiler that could be there has a wrapper. */
function toolchainFor({ environment, arch, locked, prefix }: Wanted): Toolchain {
  const { base } = environment.sysroot ?? environment;
  const format = formatOf(base);
  if (format === undefined) {
    throw new Failure('usage', `environment \`${environment.name}\` is not made of packages`, {
      hint: 'give it a `sysroot:`, which is made of packages',
    });
  }
  const layout = sysrootLayout({ format, libc: libcOfSysroot(locked), arch, packages: locked.packages });
  const isNative = arch === archHere() && process.platform === 'linux';
  const prefixed = `${cpuOf(arch).gnu}-`;
  const gcc = { family: 'gcc', cc: `${prefixed}gcc`, cxx: `${prefixed}g++` } as const;
  const compilers: Compilers = {
    all: [gcc, { family: 'clang', cc: 'clang', cxx: 'clang++' }],
    binutils: prefixed,
    hasLld: true,
    hasMold: true,
  };
  return { layout, compilers, cross: !isNative || layout.libc === 'musl', folder: '', sysroot: prefix };
}
