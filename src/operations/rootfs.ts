import { resolve } from 'node:path';
import { cpuOf } from '../abi/cpu.ts';
import type { Context } from '../report/context.ts';
import { exportRoot, formOf, type ExportedRoot, type RootForm } from '../roots/export-root.ts';
import { makeDevices } from '../roots/layout.ts';
import type { PlannedRoot } from '../roots/planned-root.ts';
import { sectionSize } from './locking/section-size.ts';
import { withPlannedRoot, type RootRequest } from './preparing/planned-root.ts';

export interface RootfsRequest extends RootRequest {
  /** Where to write it. */
  readonly output: string;
  /** By the name of the output where it isn't told. */
  readonly form?: RootForm | undefined;
}

export interface RootfsResult extends ExportedRoot, Pick<PlannedRoot, 'effects' | 'scripts'> {
  readonly environment: string;
  readonly arch: string;
  /** What it is made of, in few words. */
  readonly contents: string;
  readonly path: string;
}

/** `targetry rootfs`: an environment as a folder, a tar or an image. Runs nothing, so every CPU costs the same. */
export function writeRootfs(context: Context, request: RootfsRequest): Promise<RootfsResult> {
  const { output, form = formOf(output) } = request;
  const path = resolve(context.cwd, output);
  return withPlannedRoot(context, request, async ({ environment, arch, locked, planned }) => {
    const { tree, effects, scripts } = planned;
    makeDevices(tree);
    const image = {
      name: environment.name,
      platform: cpuOf(arch).oci,
      env: environment.env,
      createdBy: 'targetry rootfs',
    };
    const written = await exportRoot(tree, { path, form, image, signal: context.signal });
    const contents = sectionSize(locked);
    return { environment: environment.name, arch: locked.arch, contents, path, effects, scripts, ...written };
  });
}
