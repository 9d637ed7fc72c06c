import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parsePromise, promiseForms, type AbiPromise } from '../abi/promise.ts';
import { floorsOfArtifact, type Floor } from '../audit/artifact-floors.ts';
import { auditPaths } from '../audit/audit-paths.ts';
import { findObjects, forcingSymbolsOf, withObjects } from '../audit/find-objects.ts';
import type { ArtifactAudit } from '../audit/report.ts';
import { expandPath } from '../audit/walk/list-files.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { suggest } from '../report/suggest.ts';

export interface AuditRequest {
  /** Files, folders and globs. */
  readonly paths: readonly string[];
  /** Words such as `glibc:2.28`: every artifact is held to all of them. */
  readonly promises?: readonly string[] | undefined;
  /** A folder of object files and static libraries, or a link map: they tell who brings a symbol in. */
  readonly objects?: string | undefined;
}

export interface AuditResult {
  readonly artifacts: readonly ArtifactAudit[];
  /** Per artifact, the floors that decide where it runs. */
  readonly floors: ReadonlyMap<ArtifactAudit, readonly Floor[]>;
  /** False where a promise is broken, or something is wrong with an artifact. */
  readonly fine: boolean;
}

/** Where do these files run, and why not elsewhere? */
export async function audit(
  context: Context,
  { paths, promises = [], objects }: AuditRequest,
): Promise<AuditResult> {
  const { cwd, signal } = context;
  refuseMissingPaths(paths, cwd);
  const found = await auditPaths(paths, { cwd, signal, promises: promises.map(readPromise) });
  const artifacts = objects === undefined ? found : await nameObjects(found, objects, cwd);
  return {
    artifacts,
    floors: new Map(artifacts.map((artifact) => [artifact, floorsOfArtifact(artifact)])),
    fine: artifacts.every(({ problems }) => problems.every(({ severity }) => severity !== 'error')),
  };
}

async function nameObjects(
  artifacts: readonly ArtifactAudit[],
  objects: string,
  cwd: string,
): Promise<ArtifactAudit[]> {
  refuseMissingPaths([objects], cwd);
  const wanted = forcingSymbolsOf(artifacts.flatMap(({ elfs }) => elfs));
  const index = await findObjects(resolve(cwd, objects), wanted);
  return artifacts.map((artifact) => ({
    ...artifact,
    elfs: artifact.elfs.map((elf) => withObjects(elf, index)),
  }));
}

function readPromise(word: string): AbiPromise {
  const promise = parsePromise(word);
  if (promise !== undefined) return promise;
  throw new Failure('usage', `"${word}" is no promise`, {
    hint: suggest(word, promiseForms, 'promises look like these'),
  });
}

function refuseMissingPaths(paths: readonly string[], cwd: string): void {
  if (paths.length === 0) {
    throw new Failure('usage', 'there is nothing to audit', {
      hint: 'name files, folders or globs: `targetry audit node_modules`',
    });
  }
  for (const path of paths) {
    if (expandPath(path, cwd).some((name) => existsSync(resolve(cwd, name)))) continue;
    throw new Failure('usage', `there is no file or folder "${path}"`, {
      hint: 'check the path; globs need quotes only where the shell should leave them alone',
    });
  }
}
