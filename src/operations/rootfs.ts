import { resolve } from 'node:path';
import { archHere, cpuOf } from '../abi/cpu.ts';
import { findProject, readProject } from '../config/read.ts';
import { archOf } from '../config/root-base.ts';
import { selectEnvironment } from '../config/select.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { planRoot } from '../roots/compose.ts';
import type { PlannedRoot } from '../roots/planned-root.ts';
import { exportRoot, type ExportedRoot, type RootForm } from '../roots/export-root.ts';
import { makeDevices } from '../roots/layout.ts';
import { Store } from '../store/store.ts';
import { lockRoots } from './lock.ts';
import { withTrees } from './open-root.ts';
import { namedArches } from './named-arches.ts';
import { PackageSources, type ServerOptions } from './package-sources.ts';

export interface RootfsRequest extends ServerOptions {
  readonly environment: string;
  /** By any of its names; that of this machine where there is none. */
  readonly arch?: string | undefined;
  /** Where to write it. */
  readonly output: string;
  /** By the name of the output where it isn't told. */
  readonly form?: RootForm | undefined;
  readonly set?: readonly string[] | undefined;
}

export interface RootfsResult extends ExportedRoot, Pick<PlannedRoot, 'packages' | 'effects' | 'scripts'> {
  readonly environment: string;
  readonly arch: string;
  readonly path: string;
}

/** `targetry rootfs`: an environment as a folder, a tar or an image. Runs nothing, so every CPU costs the same. */
export async function writeRootfs(context: Context, request: RootfsRequest): Promise<RootfsResult> {
  const { set, output, form = formOf(output) } = request;
  const [arch = archHere()] = namedArches(request.arch);
  const { project, warnings } = readProject(findProject(context.cwd), context.cwd, set);
  for (const diagnostic of warnings) context.emit({ type: 'noticed', diagnostic });
  const environment = selectEnvironment(project, request.environment);
  const path = resolve(context.cwd, output);

  const store = await Store.open(context.store);
  const sources = new PackageSources(context, store, project, request);
  try {
    const roots = [{ environment, builder: arch }];
    const { lock } = await lockRoots(context, { project, roots, sources });
    const locked = lock.environments.find(
      (one) =>
        one.role === 'environment' &&
        one.name === environment.name &&
        one.arch === archOf(environment.base, arch),
    )!;
    return await withTrees(context, { locked, sources }, async () => {
      const { tree, ...planned } = await planRoot(locked, store);
      makeDevices(tree);
      const image = { name: environment.name, platform: cpuOf(arch).oci, env: environment.env };
      const written = await exportRoot(tree, { path, form, image, signal: context.signal });
      return { environment: environment.name, arch: locked.arch, path, ...planned, ...written };
    });
  } finally {
    await sources.close();
  }
}

function formOf(output: string): RootForm {
  if (/\.(tar\.\w+|tgz|txz)$/.test(output)) {
    throw new Failure('usage', `${output} would be compressed, and \`rootfs\` writes plain tars`, {
      hint: 'write a .tar, and compress it with the program of your choice',
    });
  }
  return output.endsWith('.tar') ? 'tar' : 'folder';
}
