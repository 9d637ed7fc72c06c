import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Diagnostic } from '../report/diagnostic.ts';
import { Failure } from '../report/failure.ts';
import { checkDocument } from './check.ts';
import { Document, parseTree } from './document.ts';
import { override } from './override.ts';
import type { Project } from './project.ts';
import { resolveProject } from './resolve.ts';
import { SourceText } from './source-text.ts';

export const configFile = 'targetry.yaml';

/** The nearest folder, from `cwd` upwards, that has a `targetry.yaml`; undefined where none has. */
export function findProjectIfAny(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, configFile))) return folder;
    if (existsSync(join(folder, 'targetry.yml'))) {
      throw new Failure('config-missing', `there is a targetry.yml in ${folder}, and no ${configFile}`, {
        hint: `rename it to ${configFile}`,
      });
    }
    if (folder === dirname(folder)) return undefined;
  }
}

export function findProject(cwd: string): string {
  const folder = findProjectIfAny(cwd);
  if (folder !== undefined) return folder;
  if (!existsSync(cwd)) {
    throw new Failure('config-missing', `there is no folder ${cwd}`, {
      hint: 'correct what is said after `-C`',
    });
  }
  throw new Failure('config-missing', `there is no ${configFile} in ${cwd} or any folder above it`, {
    hint: `run \`targetry init\` in the folder of your project, or write one; above is a whole one to start from`,
    excerpt: firstFile,
  });
}

/** Reads and checks `targetry.yaml` of a folder. `cwd` decides how messages name the file; see override.ts. */
export function readProject(
  folder: string,
  cwd: string,
  overrides: readonly string[] = [],
): { project: Project; warnings: readonly Diagnostic[] } {
  const path = join(folder, configFile);
  const file = relative(cwd, path);
  const document = readDocument(file, readText(path, file), overrides);
  if (document.diagnostics.length > 0) throw invalid(file, document.diagnostics);
  const { content, diagnostics: mistakes } = checkDocument(document);
  if (!content) throw invalid(file, mistakes);
  const { project, diagnostics } = resolveProject(document, content, { folder, file });
  if (diagnostics.some(({ severity }) => severity === 'error')) throw invalid(file, diagnostics);
  return { project, warnings: diagnostics };
}

export function readDocument(file: string, text: string, overrides: readonly string[]): Document {
  const source = new SourceText(file, text.replace(/^\uFEFF/, ''));
  const tree = parseTree(source, source.text);
  if ('problem' in tree) return new Document(tree, [tree.problem]);
  for (const option of overrides) override(tree, option);
  return new Document(tree, tree.diagnostics);
}

export function readText(path: string, file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Failure('config-missing', `${file} can't be read`, {
      why: (error as Error).message,
      cause: error,
    });
  }
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new Failure('config-syntax', `${file} is not UTF-8 text`, { hint: `save ${file} as UTF-8` });
}

export function invalid(file: string, diagnostics: readonly Diagnostic[]): Failure {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const message = `${file} has ${errors === 1 ? 'a mistake' : `${errors} mistakes`}`;
  return new Failure('config-invalid', message, {
    hint: `correct ${errors === 1 ? 'it' : 'them'} and run the same command again`,
    diagnostics: [...diagnostics].sort((a, b) => a.at!.line - b.at!.line || a.at!.column - b.at!.column),
  });
}

const firstFile = [
  'name: hello',
  'environments:',
  '  debian-11: { debian: bullseye, packages: [gcc, libc6-dev] }',
  'targets:',
  '  linux-x64-gnu: { environment: debian-11, arch: x64, promise: ["glibc:2.31"] }',
  'steps:',
  '  - { name: compile, run: "gcc -O2 -o hello hello.c" }',
  'artifacts:',
  '  - { path: hello, as: "hello-{target}", kind: executable }',
];
