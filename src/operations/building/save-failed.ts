import { lstatSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { sha256OfLargeFile } from '../../base/sha256-of-file.ts';
import type { FailedStep, SolveRequest } from '../../engines/engine.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import { writeOciLayout } from '../../roots/oci-layout.ts';
import { placeOutput } from '../../roots/place-output.ts';

/**
 * Keeps what the first step that fails leaves behind: as a tar where the name ends in `.tar`, else as an OCI image layout
 * that also has the step's variables, folder and user. What keeps it from that is told beside the step's own failure.
 */
export function savingFailed(context: Context, output: string): NonNullable<SolveRequest['onFailed']> {
  const path = resolve(context.cwd, output);
  const inside = relative(context.cwd, path);
  const name = inside.startsWith('..') ? path : inside;
  const isTar = output.endsWith('.tar');
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined) {
    throw new Failure('output-taken', `${name} is there already`, {
      hint: 'remove it, or name another file with `--save-failed`',
    });
  }
  const save = async (failed: FailedStep) => {
    try {
      await placeOutput(path, isTar ? 'file' : 'folder', (place) =>
        isTar ? archiveInto(failed, place) : writeImage(failed, place),
      );
      return name;
    } catch (error) {
      if (context.signal.aborted || !(error instanceof Failure)) throw error;
      const { code, hint, why } = error;
      const message = [error.message, why].filter(Boolean).join(': ');
      context.emit({ type: 'noticed', diagnostic: { code, severity: 'warning', message, hint } });
      return undefined;
    }
  };
  let saved: Promise<string | undefined> | undefined;
  return async (failed) => {
    if (saved === undefined) return (saved = save(failed));
    // The first one's failure ends the engine, and is the one that is told.
    await saved;
    return undefined;
  };
}

async function archiveInto(failed: FailedStep, file: string): Promise<void> {
  const problem = await failed.archive(file);
  if (problem === undefined) return;
  throw new Failure('output-unwritable', 'what the failed step left behind could not be written', {
    why: problem,
  });
}

async function writeImage(failed: FailedStep, folder: string): Promise<void> {
  const { op, platform } = failed;
  const image = {
    name: 'failed',
    platform: [platform?.architecture ?? 'amd64', platform?.variant].filter(Boolean).join('/'),
    env: op.env,
    cwd: op.cwd,
    user: op.user,
    created: Math.floor(Date.now() / 1000),
    createdBy: 'targetry build --save-failed',
  };
  await writeOciLayout(folder, image, async (layer) => {
    await archiveInto(failed, layer);
    return { sha256: await sha256OfLargeFile(layer), size: lstatSync(layer).size };
  });
}
