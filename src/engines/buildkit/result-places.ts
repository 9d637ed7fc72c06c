/**
 * Where a daemon takes results from and leaves them for others, as BuildKit calls such places. Each target and CPU has a
 * part of its own: builds that write to one place at once, as jobs of a workflow do, don't write over each other's.
 */
import { sha256 } from '../../base/sha256.ts';
import type { Output, Platform } from '../../graph/graph.ts';
import type { Context } from '../../report/context.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import type { ResultPlace } from '../engine.ts';
import { BlobFolder } from './blob-folder.ts';
import type { BlobStores } from './content-service.ts';

/** `CacheOptionsEntry`: where results are, in the daemon's words. */
export interface CacheEntry {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The outputs of one target for one CPU. */
export interface ResultPart {
  readonly name: string;
  readonly outputs: readonly Output[];
}

export function partsOf(outputs: readonly Output[]): readonly ResultPart[] {
  const parts = new Map<string, Output[]>();
  for (const output of outputs) {
    const name = `${output.vertex.target ?? 'all'}-${cpuOf(output) ?? 'any'}`.replaceAll(/[^\w.-]/g, '_');
    parts.set(name, [...(parts.get(name) ?? []), output]);
  }
  return [...parts].map(([name, of]) => ({ name, outputs: of }));
}

function cpuOf(output: Output): string | undefined {
  const platform = platformBelow(output);
  return platform && `${platform.architecture}${platform.variant ?? ''}`;
}

/** That of the first step or source below it that has one. */
export function platformBelow({ vertex }: Output): Platform | undefined {
  for (let at: Output['vertex'] | undefined = vertex; at !== undefined; at = at.inputs[0]?.vertex)
    if (at.platform !== undefined) return at.platform;
  return undefined;
}

/** Those of folders here, which the daemon reaches through the session. */
export function placeStores(places: readonly ResultPlace[]): BlobStores {
  const folders = places.flatMap((place) => (place.kind === 'folder' ? [place.folder] : []));
  return new Map(folders.map((folder) => [`local:${storeName(folder)}`, new BlobFolder(folder)]));
}

export async function importEntry(
  place: ResultPlace,
  part: string,
  env: Context['env'],
): Promise<CacheEntry | undefined> {
  switch (place.kind) {
    case 'registry':
      return { type: 'registry', attributes: { ref: imageName(place, part) } };
    case 'folder': {
      const found = await new BlobFolder(place.folder).named(part);
      return found && { type: 'local', attributes: { src: storeName(place.folder), digest: found.digest } };
    }
    case 'github':
      return github(part, env);
  }
  return place satisfies never;
}

/**
 * All that was made on the way, and not what is at its end alone: what changes next is nobody's to know. Roots came to the
 * daemon as they are, and are far smaller in a form that costs little time.
 */
const exported = {
  mode: 'max',
  'oci-mediatypes': 'true',
  'image-manifest': 'true',
  compression: 'zstd',
  'force-compression': 'true',
};

export function exportEntry(place: ResultPlace, part: string, env: Context['env']): CacheEntry | undefined {
  switch (place.kind) {
    case 'registry':
      return { type: 'registry', attributes: { ...exported, ref: imageName(place, part) } };
    case 'folder':
      return { type: 'local', attributes: { ...exported, dest: storeName(place.folder) } };
    case 'github': {
      const entry = github(part, env);
      return entry && { ...entry, attributes: { ...entry.attributes, mode: 'max' } };
    }
  }
  return place satisfies never;
}

/** For people. */
export function showPlace(place: ResultPlace): string {
  switch (place.kind) {
    case 'registry':
      return `registry://${place.repository}${place.tag === undefined ? '' : `:${place.tag}`}`;
    case 'folder':
      return place.folder;
    case 'github':
      return "GitHub's cache";
  }
  return place satisfies never;
}

/** The steps of a workflow don't have what its actions have; that is easily overlooked. */
export function githubDiagnostic(
  places: readonly ResultPlace[],
  env: Context['env'],
): Diagnostic | undefined {
  const isMeant = places.some(({ kind }) => kind === 'github') && env['GITHUB_ACTIONS'] === 'true';
  if (!isMeant || github('', env) !== undefined) return undefined;
  const message = "GitHub's cache is not used: this step of the workflow has no token for it";
  return { code: 'result-place-unused', severity: 'warning', message };
}

/** Undefined outside of a workflow. */
function github(part: string, env: Context['env']): CacheEntry | undefined {
  const { ACTIONS_RUNTIME_TOKEN: token, ACTIONS_CACHE_URL: url, ACTIONS_RESULTS_URL: results } = env;
  const isSecond = results !== undefined && env['ACTIONS_CACHE_SERVICE_V2'] !== undefined;
  if (token === undefined || (url === undefined && !isSecond)) return undefined;
  const addresses = {
    ...(url !== undefined && { url }),
    ...(isSecond && { url_v2: results, version: '2' }),
  };
  return { type: 'gha', attributes: { token, scope: part, ...addresses } };
}

function imageName({ repository, tag }: Extract<ResultPlace, { kind: 'registry' }>, part: string): string {
  return `${repository}:${[...(tag === undefined ? [] : [tag]), part].join('-').slice(0, 128)}`;
}

/** What the daemon is told of a folder here says nothing of this machine. */
function storeName(folder: string): string {
  return sha256(folder).slice(0, 16);
}
