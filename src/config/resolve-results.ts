import { resolve } from 'node:path';
import type { FilePlace } from './findings.ts';
import type { Project, ResultPlaceRule } from './project.ts';
import type { FileContent } from './schema.ts';

/** What `cache:` names. */
export function resolveResults(written: FileContent['cache'], place: FilePlace): Project['results'] {
  const places = (key: 'from' | 'to') =>
    (written?.[key] ?? []).flatMap((word, index) => readPlace(word, key, index, place) ?? []);
  return { from: places('from'), to: places('to') };
}

/** A registry's name for images, without what BuildKit adds to it. */
const registryForm = /^registry:\/\/([^/\s@]+(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+)(?::(\w[\w.-]{0,63}))?$/;

function readPlace(
  word: string,
  key: string,
  index: number,
  { folder, findings }: FilePlace,
): ResultPlaceRule | undefined {
  const [, repository, tag] = registryForm.exec(word) ?? [];
  if (repository !== undefined) return { kind: 'registry', repository, tag };
  const [, path] = /^file:(.+)$/.exec(word) ?? [];
  if (path !== undefined) return { kind: 'folder', folder: resolve(folder, path) };
  if (word === 'github') return { kind: 'github' };
  const at = findings.document.at(['cache', key, index]);
  const hint =
    word === 'inline'
      ? 'it would be inside an image, and a target makes none: write `registry://HOST/NAME`'
      : 'write `registry://HOST/NAME`, `file:FOLDER` or `github`';
  findings.error('config-value', `\`${word}\` is no place for results`, at, hint);
  return undefined;
}
