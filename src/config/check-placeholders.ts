/** What stands in braces in the file is something that stands for a value there. */
import { suggest } from '../report/suggest.ts';
import type { Path } from './document.ts';
import type { Findings } from './findings.ts';
import { knownPlaceholders, placeholdersIn } from './placeholders.ts';
import type { FileContent } from './schema.ts';

export function checkPlaceholders(content: FileContent, findings: Findings): void {
  const { environments, targets = {}, matrix, steps = [], artifacts = [], images = {} } = content;
  const check = (template: string, path: Path) => checkTemplate(template, path, content, findings);
  const withEnv: [Path, { readonly env?: Readonly<Record<string, string>> }][] = [
    ...Object.entries(environments).map(([name, it]): [Path, typeof it] => [['environments', name], it]),
    ...Object.entries(targets).map(([name, it]): [Path, typeof it] => [['targets', name], it]),
    ...(matrix === undefined ? [] : ([[['matrix'], matrix]] satisfies [Path, object][])),
    ...steps.map((it, index): [Path, typeof it] => [['steps', index], it]),
  ];
  for (const [kind, { name = '', labels = {}, ...image }] of Object.entries(images)) {
    withEnv.push([['images', kind], image]);
    check(name, ['images', kind, 'name']);
    for (const [label, value] of Object.entries(labels)) check(value, ['images', kind, 'labels', label]);
  }
  for (const [path, { env = {} }] of withEnv) {
    for (const [name, value] of Object.entries(env)) check(value, [...path, 'env', name]);
  }
  for (const [index, { name }] of steps.entries()) check(name, ['steps', index, 'name']);
  for (const [index, { path, as = '' }] of artifacts.entries()) {
    check(path, ['artifacts', index, 'path']);
    check(as, ['artifacts', index, 'as']);
  }
}

function checkTemplate(template: string, path: Path, content: FileContent, findings: Findings): void {
  const each = path[0] === 'steps' ? (content.steps![path[1] as number]!.each ?? {}) : {};
  const known = [...knownPlaceholders, ...Object.keys(each).map((key) => `each.${key}`)];
  for (const name of placeholdersIn(template)) {
    const at = findings.document.at(path);
    if (name === 'version' && content.version === undefined) {
      const message = '`{version}` is used, and targetry.yaml has no `version`';
      findings.error('config-placeholder', message, at, 'add `version:` at the top of the file');
    } else if (!known.includes(name)) {
      const hint = name.startsWith('each.')
        ? `\`{each.…}\` has a value in the \`name\` and \`env\` of a step whose \`each\` names it`
        : suggest(name, known, 'the placeholders are');
      findings.error('config-placeholder', `\`{${name}}\` stands for nothing`, at, hint);
    }
  }
}
