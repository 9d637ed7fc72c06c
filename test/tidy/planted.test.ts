import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rules, type SourceFile } from './rules.ts';

/** For each rule, code that breaks it and code that only seems to. */
const plants: Record<string, { caught: SourceFile[][]; passed: SourceFile[][] }> = {
  'import arrows': {
    caught: [
      [file('src/graph/a.ts', "import { b } from '../store/b.ts';")],
      [file('src/graph/a.ts', "import type { B } from '../store/b.ts';")],
      [file('src/present/a.ts', "import { b } from '../audit/b.ts';")],
      [file('src/store/a.ts', "import {\n  b,\n  c,\n} from '../remote/b.ts';")],
      [file('src/store/a.ts', "export { b } from '../remote/b.ts';")],
      [file('src/cli/a.ts', "const b = await import('../store/b.ts');")],
      [file('src/operations/a.ts', "import { b } from '../present/b.ts';")],
      [file('src/packages/deb/a.ts', "import { b } from '../apk/b.ts';")],
      [file('src/cellar/a.ts', "import { b } from '../store/b.ts';")],
    ],
    passed: [
      [file('src/graph/a.ts', "import { b } from '../base/b.ts';")],
      [file('src/present/a.ts', "import type { B } from '../audit/b.ts';")],
      [file('src/operations/a.ts', "import { b } from '../engines/embedded/b.ts';")],
      [file('src/packages/deb/a.ts', "import { b } from '../solve/b.ts';")],
    ],
  },
  'no circles': {
    caught: [
      [
        file('src/base/a.ts', "import type { B } from './b.ts';"),
        file('src/base/b.ts', "import { c } from './c.ts';"),
        file('src/base/c.ts', "export { a } from './a.ts';"),
      ],
    ],
    passed: [
      [
        file('src/base/a.ts', "import { b } from './b.ts';\nimport { c } from './c.ts';"),
        file('src/base/b.ts', "import { c } from './c.ts';"),
        file('src/base/c.ts', "const a = await import('./a.ts');"),
      ],
    ],
  },
  'file length': {
    caught: [[file('src/base/long.ts', 'a;\n'.repeat(401))]],
    passed: [[file('src/base/long.ts', 'a;\n'.repeat(400))]],
  },
  'function length': {
    caught: [
      [file('src/base/a.ts', `export async function* long() {\n${'  a;\n'.repeat(69)}}\n`)],
      [
        file(
          'src/base/a.ts',
          `class A {\n  private async long(b: string) {\n${'    a;\n'.repeat(69)}  }\n}\n`,
        ),
      ],
      [file('src/base/a.ts', `const long = async (b: string) => {\n${'  a;\n'.repeat(69)}};\n`)],
    ],
    passed: [[file('src/base/a.ts', `function short() {\n${'  a;\n'.repeat(68)}}\n${'b;\n'.repeat(30)}`)]],
  },
  'banned names': {
    caught: [[file('src/utils/a.ts', '')], [file('src/base/helpers.ts', '')]],
    passed: [[file('src/base/utilities-of-war.ts', '')]],
  },
  'one name, one room': {
    caught: [
      [
        file('src/store/a.ts', 'export function open() {}'),
        file('src/remote/b.ts', 'export const open = 1;'),
      ],
    ],
    passed: [
      [file('src/store/a.ts', 'export function open() {}'), file('src/remote/b.ts', 'function open() {}')],
    ],
  },
  'a code stands in one table': {
    caught: [
      [file('src/report/codes/a.ts', "  'no-disk': {\n"), file('src/report/codes/b.ts', "  'no-disk': {\n")],
    ],
    passed: [[file('src/report/codes/a.ts', '  usage: {\n'), file('src/cli/b.ts', '  usage: {\n')]],
  },
  'the environment enters in one place': {
    caught: [[file('src/store/a.ts', 'const home = process.env.HOME;')]],
    passed: [[file('src/cli/main.ts', 'const home = process.env.HOME;')]],
  },
};

describe('a planted failure', () => {
  for (const [name, rule] of Object.entries(rules)) {
    it(`is caught by the rule: ${name}`, () => {
      const { caught, passed } = plants[name]!;
      for (const files of caught) assert.equal(rule(files).length, 1, files[0]!.text.slice(0, 80));
      for (const files of passed) assert.deepEqual(rule(files), []);
    });
  }
});

function file(path: string, text: string): SourceFile {
  return { path, text };
}
