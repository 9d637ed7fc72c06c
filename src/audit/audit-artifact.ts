import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AbiPromise } from '../abi/promise.ts';
import { sourceOfFile } from '../formats/elf/byte-source.ts';
import { judge, npmRoot } from './judge.ts';
import type { ArtifactAudit } from './report.ts';
import { Budget } from './walk/budget.ts';
import { emptyContents } from './walk/contents.ts';
import { readImage } from './claims/image.ts';
import { listFiles } from './walk/list-files.ts';
import { streamOf } from './walk/spool.ts';
import { Walk } from './walk/walk.ts';

/** One file of this machine. `name` is what the report calls it. Throws what `open` throws. */
export async function auditArtifact(
  path: string,
  name: string,
  promises: readonly AbiPromise[],
): Promise<ArtifactAudit> {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const source = sourceOfFile(descriptor, size);
    const contents = emptyContents('elf');
    const walk = new Walk(contents, new Budget(size));
    const known = await walk.artifact(source, streamOf(source), basename(path));
    if (!known) walk.problem('not-an-artifact', null, 'it is no ELF file, no archive and no package');
    if (contents.kind === 'tar') refineTar(walk, basename(path));
    const hash = createHash('sha256');
    for await (const chunk of streamOf(source)) hash.update(chunk);
    return judge(contents, { path: name, fileName: basename(path), sha256: hash.digest('hex'), promises });
  } finally {
    closeSync(descriptor);
  }
}

/** An OCI layout that is a folder: its files are looked at as if they stood in a tar. */
export async function auditLayout(
  folder: string,
  name: string,
  promises: readonly AbiPromise[],
): Promise<ArtifactAudit> {
  const contents = emptyContents('oci');
  const { files } = listFiles(folder);
  const size = files.reduce((total, file) => total + statSync(join(folder, file)).size, 0);
  const walk = new Walk(contents, new Budget(size));
  for (const file of files) {
    const descriptor = openSync(join(folder, file), 'r');
    try {
      const source = sourceOfFile(descriptor, fstatSync(descriptor).size);
      await walk.member(file, undefined, source.size, streamOf(source));
    } finally {
      closeSync(descriptor);
    }
  }
  readImage(contents);
  return judge(contents, { path: name, fileName: basename(folder), sha256: null, promises });
}

/** Some tars are packages: what they hold tells, and where that leaves a doubt, their name. */
function refineTar({ contents }: Walk, fileName: string): void {
  const root = npmRoot(contents);
  if (root !== undefined && (root === 'package/' || fileName.endsWith('.tgz'))) contents.kind = 'npm';
  else if (contents.texts.has('oci-layout') || contents.texts.has('manifest.json')) readImage(contents);
}
