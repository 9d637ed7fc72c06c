import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Check, Diagnosis } from '../../../src/doctor/check.ts';
import { checks } from '../../../src/doctor/checks.ts';
import { examine } from '../../../src/doctor/examine.ts';
import type { Patient } from '../../../src/doctor/patient.ts';
import { probeProgram, readAnswers } from '../../../src/doctor/probe-program.ts';
import { doctorJson, renderDoctor } from '../../../src/present/doctor.ts';
import { Failure } from '../../../src/report/failure.ts';
import { golden } from '../../golden.ts';
import { violations, type JsonSchema } from '../../json-schema.ts';

/** Nothing is asked of it. */
const patient = { context: { store: '/store' } } as Patient;

function check(id: string, diagnosis: Diagnosis | Error, needs: readonly string[] = []): Check<unknown> {
  const words = { title: `the ${id}`, proves: '', how: '', costs: '', cure: '', needs };
  const group = id === 'lock' ? 'project' : 'machine';
  return {
    ...words,
    id,
    group,
    probe: () => (diagnosis instanceof Error ? Promise.reject(diagnosis) : diagnosis),
    judge: (found) => found as Diagnosis,
  };
}

const well: Diagnosis = { status: 'ok', found: 'it is well' };
const broken: Diagnosis = { status: 'fail', found: 'it is broken', cure: 'mend it' };

describe('the doctor', () => {
  it('tells the cause, and not what only follows from it', async () => {
    const found = await examine(
      [
        check('c', broken, ['b']),
        check('b', broken, ['a']),
        check('a', broken),
        check('d', well, ['a']),
        check('e', broken),
      ],
      patient,
    );
    assert.deepEqual(
      found.map(({ check: { id }, status, found: words }) => `${id} ${status}: ${words}`),
      [
        "c skipped: it can't be judged before this is cured: the a",
        "b skipped: it can't be judged before this is cured: the a",
        'a fail: it is broken',
        'd ok: it is well',
        'e fail: it is broken',
      ],
    );
  });

  it('takes what an operation of ours says for what it found, and no bug for a finding', async () => {
    const failure = new Failure('store-foreign', 'the store belongs to user 0', { hint: 'use another' });
    const [finding] = await examine([check('a', failure)], patient);
    assert.equal(finding!.found, 'the store belongs to user 0');
    assert.equal(finding!.cure, 'use another');
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    const [disk] = await examine([check('a', full)], patient);
    assert.match(disk!.found, /the store \/store can't be written: the disk is full/);
    await assert.rejects(examine([check('a', new TypeError('x'))], patient), TypeError);
  });

  it('shows what is wrong first, and then a line for each group', async () => {
    const long = 'something that takes many words, of which some come in the next line '.repeat(3).trim();
    const at = { file: 'targetry.yaml', line: 7, column: 3, length: 2, text: '' };
    const report = {
      findings: await examine(
        [
          check('a', well),
          check('b', { status: 'warn', found: long, cure: long }),
          check('c', broken),
          check('d', broken, ['c']),
          check('lock', { status: 'warn', found: 'it is old', at, fix: 'lock' }),
        ],
        patient,
      ),
      fixed: [{ fix: 'lock' as const }, { fix: 'prune' as const, failure: new Failure('usage', 'no') }],
      milliseconds: 1234,
    };
    golden('doctor/screen.txt', renderDoctor(report, { color: false, page: 'docs/doctor.md' }));
    golden('doctor/report.json', doctorJson(report));
    const schema = new URL('../../../../schema/targetry.doctor.schema.json', import.meta.url);
    const allowed = JSON.parse(readFileSync(schema, 'utf8')) as JsonSchema;
    assert.deepEqual(violations(JSON.parse(doctorJson(report)), allowed), []);
    assert.notDeepEqual(violations({ schema: 'targetry.doctor/1', checks: [{}], fixed: [] }, allowed), []);
  });

  it('has an id of its own for each check, and needs only what is checked', () => {
    const names = checks.map(({ id }) => id);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(
      checks.flatMap(({ needs = [] }) => needs).filter((id) => !names.includes(id)),
      [],
    );
  });
});

describe('the program that tries system calls', () => {
  for (const cpu of ['amd64', 'arm64'] as const) {
    it(`is a file for ${cpu} whose table ends where its data begins`, () => {
      const [plain, whole] = [false, true].map((files) => probeProgram(cpu, { files }));
      assert.equal(plain!.readUInt16LE(18), cpu === 'amd64' ? 62 : 183);
      assert.ok(whole!.length > plain!.length);
      assert.ok(whole!.includes('/dev/shm/targetry-probe\0'));
    });
  }

  it('is believed only where it printed its whole table', () => {
    assert.equal(readAnswers('amd64', { files: false, output: Buffer.from('no'), code: 0 }), undefined);
  });
});
