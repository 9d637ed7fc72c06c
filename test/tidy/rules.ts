/**
 * What the house asks of its own code. Each rule is a pure function from source files to problems, so that the same rule
 * that reads `src/` can be shown a planted failure.
 */
export interface SourceFile {
  /** Relative to the repository: `src/store/store.ts`. */
  readonly path: string;
  readonly text: string;
}

type Rule = (files: readonly SourceFile[]) => string[];

/** The table of ARCHITECTURE.md: who may import whom. `base` and the room itself are always allowed. */
export const arrows: Readonly<Record<string, readonly string[]>> = {
  base: [],
  report: [],
  formats: [],
  abi: [],
  store: ['report'],
  remote: ['report', 'store'],
  packages: ['report', 'formats', 'abi', 'store', 'remote'],
  config: ['report', 'abi'],
  lock: ['report', 'abi', 'packages', 'config'],
  roots: ['report', 'formats', 'abi', 'store', 'packages', 'lock'],
  audit: ['report', 'formats', 'abi'],
  graph: [],
  toolchain: ['report', 'formats', 'abi', 'audit'],
  plan: ['report', 'abi', 'packages', 'config', 'lock', 'roots', 'toolchain', 'graph'],
  engines: ['report', 'formats', 'abi', 'store', 'remote', 'graph'],
  artifacts: ['report', 'formats', 'store', 'abi', 'audit'],
  doctor: ['report', 'store', 'remote', 'abi', 'packages', 'config', 'lock', 'plan', 'audit', 'engines'],
  explain: ['report', 'abi', 'lock', 'audit'],
  proof: ['report', 'abi', 'config', 'lock', 'graph', 'plan', 'audit', 'artifacts'],
  operations: ['*'],
  present: ['report'],
  cli: ['report', 'operations', 'present'],
};

/** `present` may name the types of any room, since it shows them, and run the code of none. */
const typesOfAnyRoom = new Set(['present']);

/** Parts of a room that stand side by side and never know each other. */
const strangers = [
  ['src/packages/apk/', 'src/packages/deb/', 'src/packages/rpm/'],
  ['src/engines/embedded/', 'src/engines/buildkit/'],
];

const longestFile = 400;
const longestFunction = 70;

const bannedNames = ['utils', 'util', 'common', 'core', 'helpers', 'helper', 'misc', 'shared', 'lib'];

export const rules: Readonly<Record<string, Rule>> = {
  'import arrows': (files) =>
    files.flatMap((file) =>
      importsOf(file).flatMap(({ target, typeOnly, line }) => {
        const from = roomOf(file.path);
        const to = roomOf(target);
        const place = `${file.path}:${line}`;
        const alone = strangers.find(
          (group) =>
            group.some((folder) => file.path.startsWith(folder)) &&
            group.some((folder) => target.startsWith(folder) && !file.path.startsWith(folder)),
        );
        if (alone !== undefined) return [`${place}: ${file.path} and ${target} must not know each other`];
        if (from === to || to === 'base' || (typeOnly && typesOfAnyRoom.has(from))) return [];
        const allowed = arrows[from];
        if (allowed === undefined) return [`${place}: ${from}/ is not in the table of arrows`];
        if (allowed.includes(to) || (allowed.includes('*') && !['present', 'cli'].includes(to))) return [];
        return [`${place}: ${from}/ may not import ${to}/`];
      }),
    ),

  'no circles': (files) => circles(files).map((paths) => `${paths.join(' and ')} import each other`),

  'file length': (files) =>
    files
      .map((file) => ({ path: file.path, lines: file.text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > longestFile)
      .map(({ path, lines }) => `${path}: ${lines} lines, ${longestFile} at most`),

  'function length': (files) =>
    files.flatMap((file) =>
      functionsOf(file)
        .filter(({ lines }) => lines > longestFunction)
        .map(
          ({ name, line, lines }) =>
            `${file.path}:${line}: ${name} has ${lines} lines, ${longestFunction} at most`,
        ),
    ),

  'banned names': (files) =>
    files.flatMap(({ path }) =>
      path
        .split('/')
        .map((part) => part.replace(/\..*$/, ''))
        .filter((part) => bannedNames.includes(part))
        .map((part) => `${path}: the name "${part}" says nothing`),
    ),

  'one name, one room': (files) => {
    const rooms = new Map<string, Set<string>>();
    for (const file of files) {
      for (const name of exportsOf(file)) {
        rooms.set(name, (rooms.get(name) ?? new Set()).add(roomOf(file.path)));
      }
    }
    return [...rooms]
      .filter(([, owners]) => owners.size > 1)
      .map(([name, owners]) => `${name} is exported by ${[...owners].sort().join('/ and ')}/`);
  },

  'a code stands in one table': (files) => {
    const tables = files.filter(({ path }) => path.startsWith('src/report/codes/'));
    const found = tables.flatMap(({ text }) =>
      [...text.matchAll(/^  '?([\w-]+)'?: \{$/gm)].map(([, code]) => code!),
    );
    return found
      .filter((code, index) => found.indexOf(code) < index)
      .map((code) => `the code "${code}" is written twice`);
  },

  'the environment enters in one place': (files) =>
    files
      .filter(({ path, text }) => path !== 'src/cli/main.ts' && /\bprocess\.env\b/.test(text))
      .map(({ path }) => `${path}: takes process.env; use the Context`),
};

/** Files of which each leads to all the others; types count, modules that are loaded on demand don't. */
function circles(files: readonly SourceFile[]): string[][] {
  const next = new Map(
    files.map((file) => [file.path, importsOf(file).flatMap(({ target, lazy }) => (lazy ? [] : [target]))]),
  );
  const reached = (from: string): Set<string> => {
    const seen = new Set<string>();
    const waiting = [...(next.get(from) ?? [])];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      waiting.push(...(next.get(at) ?? []));
    }
    return seen;
  };
  const all = new Map([...next.keys()].map((path) => [path, reached(path)]));
  const found = [...all].flatMap(([path, others]) =>
    others.has(path) ? [[...others].filter((other) => all.get(other)?.has(path)).sort()] : [],
  );
  return [...new Map(found.map((paths) => [paths.join(), paths])).values()];
}

function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
  /** Loaded where it is needed. */
  readonly lazy: boolean;
  readonly line: number;
}

function importsOf(file: SourceFile): Import[] {
  const pattern = /^(import|export)\s+(type\s+)?[^'"]*?from\s+'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'\s*\)/gm;
  return [...file.text.matchAll(pattern)].map((match) => ({
    target: resolve(file.path, match[3] ?? match[4]!),
    typeOnly: match[2] !== undefined,
    lazy: match[4] !== undefined,
    line: file.text.slice(0, match.index).split('\n').length,
  }));
}

function resolve(from: string, relative: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function exportsOf(file: SourceFile): string[] {
  const pattern =
    /^export (?:abstract )?(?:async )?(?:function\*?|class|const|let|interface|type|enum) (\w+)/gm;
  return [...new Set([...file.text.matchAll(pattern)].map((match) => match[1]!))];
}

/** The formatter's layout is enough to find functions: a head, and the first `}` at the same depth. */
function functionsOf(file: SourceFile): { name: string; line: number; lines: number }[] {
  const lines = file.text.split('\n');
  const head =
    /^(\s*)(?:export )?(?:default )?(?:(?:async )?function\*? (\w+)|(?:private |static |async |override |get |\*)*(\w+)\(.*\{$|(?:const|let) (\w+) = (?:async )?\(.*=> \{$)/;
  return lines.flatMap((text, index) => {
    const match = head.exec(text);
    if (match === null || ['if', 'for', 'while', 'switch', 'catch'].includes(match[3] ?? '')) return [];
    const end = lines.findIndex((line, at) => at > index && line.startsWith(`${match[1]}}`));
    return [
      { name: match[2] ?? match[3] ?? match[4]!, line: index + 1, lines: end < 0 ? 1 : end - index + 1 },
    ];
  });
}
