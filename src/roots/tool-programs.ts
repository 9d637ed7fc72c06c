/**
 * Which programs a tool brings, and where each of them is: what npm and pip would make of a package's `bin`, its scripts and
 * its entry points. Paths are relative to the tool's own folder in the root.
 */
import { npmPrograms } from '../formats/npm-manifest.ts';
import { knownTools } from '../packages/known-tools.ts';
import { normalizedName } from '../packages/pypi/choose-wheel.ts';
import { Failure } from '../report/failure.ts';
import type { StoredTree } from './stored-tree.ts';

export interface ToolProgram {
  readonly name: string;
  readonly path: string;
  /** Of a script that pip would have written. */
  readonly text?: string;
  /** What it needs on PATH. */
  readonly interpreter?: 'python3' | 'node';
}

export interface NamedTool {
  readonly source: 'npm' | 'pypi';
  readonly name: string;
}

/** `has` tells what the root has on PATH, programs of the other tools among it. */
export function programsOf(
  tool: NamedTool,
  tree: StoredTree,
  has: (interpreter: 'python3' | 'node') => boolean,
): readonly ToolProgram[] {
  const all = tool.source === 'npm' ? programsOfNpm(tree) : programsOfWheel(tool, tree);
  if (all.length === 0) throw new Failure('tool-no-program', `${tool.name} brings no program`);
  // npm's scripts are left where Node may still come, as by a step; a script of Python would be no more than a trap.
  const served = all.filter(({ interpreter }) => interpreter !== 'python3' || has('python3'));
  if (served.length > 0) return served;
  const names = all.map(({ name }) => name).join(', ');
  throw new Failure('tool-needs-interpreter', `${tool.name} needs Python, which the root does not have`, {
    why: `${names} ${all.length === 1 ? 'is a script' : 'are scripts'} of Python`,
    hint: 'add `python3` to `packages:` of the environment',
  });
}

function programsOfNpm(tree: StoredTree): ToolProgram[] {
  return [...npmPrograms(tree.readControl('package.json') ?? '')].flatMap(([name, path]) => {
    const first = tree.readStart(path);
    if (first === undefined) return [];
    return [{ name, path, ...(isScriptOf(first, 'node') && { interpreter: 'node' as const }) }];
  });
}

/** Where a wheel's own files are, as opposed to those of its `.data` folder. */
const SITE = 'site';

function programsOfWheel({ name }: NamedTool, tree: StoredTree): ToolProgram[] {
  const programs = new Map<string, ToolProgram>();
  for (const entry of entryPoints(tree.readControl('entry_points.txt') ?? '')) {
    programs.set(entry.name, {
      name: entry.name,
      path: `bin/${entry.name}`,
      text: launcher(name, entry),
      interpreter: 'python3',
    });
  }
  for (const { path } of tree.entries) {
    const script = /^[^/]+\.data\/scripts\/([^/]+)$/.exec(path)?.[1];
    if (script !== undefined) programs.set(script, scriptProgram(script, path, tree));
  }
  for (const [command, path] of Object.entries(knownTools().pypi[normalizedName(name)]?.programs ?? {})) {
    const first = tree.readStart(path);
    if (first === undefined) continue;
    const own = isScriptOf(first, 'node') ? { interpreter: 'node' as const } : {};
    programs.set(command, { name: command, path: `${SITE}/${path}`, ...own });
  }
  return [...programs.values()];
}

/** Installers put the path of their Python where a script says `#!python`. */
function scriptProgram(name: string, path: string, tree: StoredTree): ToolProgram {
  const first = tree.readStart(path)!;
  if (!/^#!pythonw?(\s|$)/.test(first))
    return { name, path: `bin/${name}`, ...(isScriptOf(first, 'python3?') && { interpreter: 'python3' }) };
  const text = tree.readText(path).replace(/^#!pythonw?[^\n]*/, '#!/usr/bin/env python3');
  return { name, path: `bin/${name}`, text, interpreter: 'python3' };
}

function isScriptOf(first: string, interpreter: string): boolean {
  return new RegExp(`^#!\\s*(?:\\S*/env\\s+(?:-S\\s+)?)?(?:\\S*/)?${interpreter}(?:\\s|$)`).test(first);
}

interface EntryPoint {
  readonly name: string;
  readonly module: string;
  readonly attribute: string;
}

/** Of `[console_scripts]`: `name = module:attribute [extra]`. */
function entryPoints(text: string): EntryPoint[] {
  let section = '';
  return text.split(/\r?\n/).flatMap((line) => {
    section = /^\s*\[(.*)\]\s*$/.exec(line)?.[1] ?? section;
    const [, name, module, attribute] =
      /^\s*([\w.+-]+)\s*=\s*([\w.]+)\s*:\s*([\w.]+)\s*(?:\[.*\])?\s*$/.exec(line) ?? [];
    return section === 'console_scripts' && name !== undefined
      ? [{ name, module: module!, attribute: attribute! }]
      : [];
  });
}

function launcher(tool: string, { module, attribute }: EntryPoint): string {
  return [
    '#!/usr/bin/env python3',
    'import sys',
    `sys.path.insert(0, ${JSON.stringify(`/${toolFolder({ source: 'pypi', name: tool })}/${SITE}`)})`,
    `from ${module} import ${attribute.split('.')[0]}`,
    'if __name__ == "__main__":',
    `    sys.exit(${attribute}())`,
    '',
  ].join('\n');
}

/** In the root. */
export function toolFolder({ source, name }: NamedTool): string {
  return `opt/targetry/tools/${source}/${name}`;
}

/** Where a member of a wheel goes: pip would spread them over the folders of a Python. Undefined where it is made anew. */
export function wheelPath(path: string): string | undefined {
  const [, folder, rest] =
    /^[^/]+\.data\/(purelib|platlib|scripts|data|headers)(?:\/(.*))?$/.exec(path) ?? [];
  if (folder === undefined) return /^[^/]+\.data$/.test(path) ? undefined : `${SITE}/${path}`;
  const place = { purelib: SITE, platlib: SITE, scripts: 'bin', data: '', headers: 'include' }[folder]!;
  const full = [place, rest ?? ''].filter((part) => part !== '').join('/');
  return full === '' ? undefined : full;
}
