import { globToRegExp } from '../../base/glob.ts';
import type { ProjectFiles } from './draft.ts';

/** The folders of a workspace's members: those that its patterns name and that have the file of a member. `!` leaves out. */
export function membersOf(patterns: readonly string[], file: string, files: ProjectFiles): readonly string[] {
  const [without, named] = [true, false].map((no) => patterns.filter((one) => one.startsWith('!') === no));
  const left = without!.map((one) => globToRegExp(`${one.slice(1)}/${file}`));
  return [...new Set(named!.flatMap((one) => expanded(one, files)))].filter((folder) => {
    const path = `${folder}/${file}`;
    return files.read(path) !== undefined && !left.some((form) => form.test(path));
  });
}

/** Level by level: `packages/*` looks into one folder and not into all. */
function expanded(pattern: string, files: ProjectFiles): string[] {
  const below = (folder: string, parts: readonly string[]): string[] => {
    const [part, ...rest] = parts;
    if (part === undefined) return folder === '' ? [] : [folder];
    const inside = files
      .folders(folder)
      .map((name) => ({ name, path: folder === '' ? name : `${folder}/${name}` }));
    if (part === '**') return [...below(folder, rest), ...inside.flatMap(({ path }) => below(path, parts))];
    const form = globToRegExp(part);
    return inside.filter(({ name }) => form.test(name)).flatMap(({ path }) => below(path, rest));
  };
  return below(
    '',
    pattern.split('/').filter((part) => part !== '' && part !== '.'),
  );
}

/** The same where a table of TOML names `members` and `exclude`: `[workspace]`. */
export function membersInToml(file: string, table: string, files: ProjectFiles): readonly string[] {
  const list = (key: string) => wordsInToml(files.read(file), table, key);
  return membersOf([...list('members'), ...list('exclude').map((path) => `!${path}`)], file, files);
}

function wordsInToml(text: string | undefined, table: string, key: string): string[] {
  const lines = (text ?? '').split('\n').map((line) => line.trim());
  const start = lines.indexOf(`[${table}]`);
  const rest = start < 0 ? [] : lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('['));
  const own = rest.slice(0, end < 0 ? undefined : end).join('\n');
  const [, list = ''] = new RegExp(`^${key}\\s*=\\s*\\[([^\\]]*)`, 'm').exec(own) ?? [];
  return [...list.matchAll(/"([^"]+)"|'([^']+)'/g)].map(([, double, single]) => (double ?? single)!);
}
