import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  array,
  assert as assertProperty,
  constantFrom,
  option,
  property,
  record,
  uniqueArray,
} from 'fast-check';
import { satisfies, type Relation } from '../../../src/formats/deb-relation.ts';
import { PackageIndex } from '../../../src/packages/deb/package-index.ts';
import { DebUniverse } from '../../../src/packages/deb/universe.ts';
import { solve } from '../../../src/packages/solve/solve.ts';
import type { Choice } from '../../../src/packages/solve/universe.ts';
import { Failure } from '../../../src/report/failure.ts';

/** Small, dense universes, full of conflicts: much worse than any distro. */
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const relation = record({
  name: constantFrom(...NAMES, 'v', 'w'),
  bound: option(constantFrom('(>= 2)', '(<< 2)', '(= 1)'), { freq: 3 }),
}).map(({ name, bound }) => (bound === null ? name : `${name} ${bound}`));
const group = array(relation, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' | '));
const packageText = record({
  name: constantFrom(...NAMES),
  version: constantFrom('1', '2'),
  depends: array(group, { maxLength: 2 }),
  recommends: array(group, { maxLength: 1 }),
  conflicts: array(relation, { maxLength: 1 }),
  provides: array(constantFrom('v', 'w', 'v (= 2)'), { maxLength: 1 }),
  essential: constantFrom('yes', 'no', 'no', 'no', 'no', 'no'),
}).map((one) => ({ ...one, id: `${one.name} ${one.version}` }));
const universes = uniqueArray(packageText, { minLength: 3, maxLength: 14, selector: (one) => one.id });

test('what is chosen holds together, and everything in it has a reason', () => {
  const want = uniqueArray(constantFrom(...NAMES, '-a', '-b', 'c=1'), { minLength: 1, maxLength: 3 });
  assertProperty(
    property(universes, want, constantFrom(true, false), (packages, want, recommends) => {
      const universe = new DebUniverse([
        { index: new PackageIndex(packages.map(paragraph).join('\n'), 'test'), priority: 500 },
      ]);
      const request = { packages: want.map((spec) => ({ spec })), arch: 'amd64', recommends, where: 'test' };
      let solution;
      try {
        solution = solve(universe, request);
      } catch (error) {
        assert.ok(error instanceof Failure, String(error));
        assert.ok(error.hint !== undefined && error.hint !== '');
        return;
      }
      const { chosen, reasons } = solution;
      const names = chosen.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length, 'one version of each');
      for (const one of chosen) assertHoldsIn(one, chosen);
      for (const spec of want) {
        if (spec.startsWith('-')) assert.ok(!names.includes(spec.slice(1)), spec);
        else assert.ok(names.includes(spec.split('=')[0]!), spec);
      }
      for (const name of names) assert.ok(['asked', 'essential'].includes(rootOf(name, reasons)), name);
    }),
    { numRuns: 500 },
  );
});

function assertHoldsIn(one: Choice, chosen: readonly Choice[]): void {
  const answers = (wanted: Relation) => chosen.filter((other) => answersTo(other, wanted));
  for (const group of one.depends)
    assert.ok(
      group.some((wanted) => answers(wanted).length > 0),
      one.name,
    );
  for (const wanted of one.conflicts) {
    assert.deepEqual(
      answers(wanted).filter((other) => other.name !== one.name),
      [],
      one.name,
    );
  }
}

function answersTo(choice: Choice, wanted: Relation): boolean {
  if (choice.name === wanted.name && satisfies(wanted, choice.version)) return true;
  return choice.provides.some(
    ({ name, operator, version }) =>
      name === wanted.name && satisfies(wanted, operator === undefined ? undefined : version),
  );
}

function rootOf(name: string, reasons: ReturnType<typeof solve>['reasons']): string {
  const seen = new Set<string>();
  for (let at = name; !seen.has(at);) {
    seen.add(at);
    const reason = reasons.get(at);
    if (reason === undefined) return 'nothing';
    if (!('by' in reason)) return reason.kind;
    at = reason.by;
  }
  return 'a circle';
}

function paragraph(one: {
  name: string;
  version: string;
  depends: string[];
  recommends: string[];
  conflicts: string[];
  provides: string[];
  essential: string;
}): string {
  const field = (name: string, values: string[]) =>
    values.length > 0 ? `${name}: ${values.join(', ')}\n` : '';
  return [
    `Package: ${one.name}\nVersion: ${one.version}\nArchitecture: amd64\nPriority: optional\n`,
    one.essential === 'yes' ? 'Essential: yes\n' : '',
    field('Depends', one.depends),
    field('Recommends', one.recommends),
    field('Conflicts', one.conflicts),
    field('Provides', one.provides),
    `Filename: ${one.name}.deb\nSize: 1\nSHA256: ${'0'.repeat(64)}\n`,
  ].join('');
}
