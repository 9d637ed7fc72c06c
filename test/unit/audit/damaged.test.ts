import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { auditBytes, glibcAddon } from '../../audited.ts';

/** All but the end of its dynamic section: enough to tell what it is, too little to tell what it needs. */
const whole = glibcAddon('2.38', '__isoc23_strtol');

suite('a file that was cut', () => {
  for (const share of [0.3, 0.5, 0.7, 0.9]) {
    test(`runs nowhere for sure and keeps no promise: ${share * 100} % of it`, async () => {
      const cut = whole.subarray(0, Math.floor(whole.length * share));
      const { runsOn, problems } = await auditBytes('x.so', cut, [{ kind: 'glibc', version: '2.31' }]);
      assert.deepEqual(
        runsOn.filter(({ runs }) => runs === 'yes'),
        [],
      );
      assert.ok(problems.length > 0);
    });
  }

  test('says that no promise can be told', async () => {
    const cut = whole.subarray(0, Math.floor(whole.length * 0.5));
    const { problems } = await auditBytes('x.so', cut, [
      { kind: 'static' },
      { kind: 'glibc', version: '2.31' },
    ]);
    const codes = problems.map(({ code }) => code);
    assert.deepEqual(codes, ['elf-malformed', 'promise-unproven', 'promise-unproven']);
  });
});
