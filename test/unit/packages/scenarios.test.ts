import assert from 'node:assert/strict';
import { test } from 'node:test';
import { words } from '../../../src/formats/deb822.ts';
import { relationText } from '../../../src/formats/deb-relation.ts';
import { solve, type Solution } from '../../../src/packages/solve/solve.ts';
import type { Choice } from '../../../src/packages/solve/universe.ts';
import { Failure } from '../../../src/report/failure.ts';
import { readScenarios, scenarioUniverse } from './scenario-files.ts';

for (const { title, want, foreign, recommends, index, fields, reasons } of readScenarios()) {
  test(title, () => {
    const universe = scenarioUniverse(index, foreign);
    const packages = want.map((spec) => ({ spec }));
    const run = () => solve(universe, { packages, arch: 'amd64', foreign, recommends, where: 'test' });
    if (fields.has('fails')) {
      assert.throws(run, (error: unknown) => {
        assert.ok(error instanceof Failure, String(error));
        assert.equal(error.code, fields.get('fails'));
        const said = [error.message, ...error.diagnostics.map(({ message }) => message)].join('\n');
        assert.ok(said.includes(fields.get('says') ?? ''), said);
        assert.ok(error.hint!.includes(fields.get('hint') ?? ''), error.hint);
        return true;
      });
      return;
    }
    const solution = run();
    const expected = words(fields.get('expect'));
    const pinned = new Set(expected.filter((one) => one.includes('=')).map((one) => one.split('=')[0]!));
    const found = solution.chosen.map(({ name, version }) =>
      pinned.has(name) ? `${name}=${version}` : name,
    );
    assert.deepEqual(found, expected.sort());
    for (const [name, why] of reasons) assert.equal(reasonText(solution, name), why);
  });
}

function reasonText(solution: Solution<Choice>, name: string): string {
  const reason = solution.reasons.get(name);
  if (reason === undefined || reason.kind === 'essential') return reason?.kind ?? 'none';
  if (reason.kind === 'asked') return `asked: ${reason.spec}`;
  const relation = reason.relation.map(relationText).join(' | ');
  return `${reason.by} ${reason.kind === 'needed' ? 'needs' : 'recommends'} ${relation}`;
}
