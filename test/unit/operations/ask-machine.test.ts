import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Diagnosis } from '../../../src/doctor/check.ts';
import { checks } from '../../../src/doctor/checks.ts';
import type { Finding } from '../../../src/doctor/examine.ts';
import { Explainer, type FoundCause } from '../../../src/explain/explain.ts';
import { failureClasses } from '../../../src/explain/failure-classes.ts';
import { withMachineAsked } from '../../../src/operations/diagnosing/ask-machine.ts';

const explainer = new Explainer(failureClasses);

type Statuses = Readonly<Record<string, Diagnosis['status']>>;

/** The root cause of a log of a machine on which the doctor finds this; what isn't named is skipped. */
async function causeOn(statuses: Statuses, log: string): Promise<FoundCause & { ids: readonly string[] }> {
  let ids: readonly string[] = [];
  const explanation = await withMachineAsked(await explainer.explain([Buffer.from(log)]), {
    classes: failureClasses,
    instead: (finding, name) => explainer.instead(finding, name, { environment: 'debian' }),
    ask(asked) {
      ids = asked;
      const found = checks.filter(({ id }) => asked.includes(id));
      return Promise.resolve(
        found.map((check): Finding => {
          const status = statuses[check.id] ?? 'skipped';
          return { check, status, found: `${check.id} is ${status}` };
        }),
      );
    },
  });
  return { ...explanation.findings[0]!, ids };
}

const badSignature =
  "W: GPG error: http://mirror.example/debian bookworm InRelease: At least one invalid signature was encountered.\nE: The repository 'http://mirror.example/debian bookworm InRelease' is not signed.";

describe('of several causes of the same words', () => {
  it('a full disk is told for signatures that look bad', async () => {
    const cause = await causeOn({ disk: 'fail', seccomp: 'ok', 'engine-calls': 'ok' }, badSignature);
    assert.equal(cause.class, 'disk-full');
    assert.equal(cause.candidates[0]!.class, 'apt-signature');
    assert.deepEqual(cause.evidence[0]!.line, 1);
    assert.ok(cause.confidence > 0.95);
    assert.match(cause.cause, /no room/);
  });

  it('a blocked system call is told where that is what the machine has', async () => {
    const cause = await causeOn({ disk: 'ok', seccomp: 'fail' }, badSignature);
    assert.equal(cause.class, 'seccomp-blocks-syscall');
    const [first] = cause.asked;
    assert.deepEqual(first, {
      class: 'disk-full',
      check: 'disk',
      agrees: false,
      found: 'disk is ok',
    });
  });

  it('the likeliest stays where the machine is well, and so where it has only a doubt', async () => {
    assert.equal((await causeOn({ disk: 'ok', seccomp: 'ok' }, badSignature)).class, 'apt-signature');
    assert.equal((await causeOn({ disk: 'warn' }, badSignature)).class, 'apt-signature');
    assert.equal((await causeOn({}, badSignature)).class, 'apt-signature');
  });

  it('what was only guessed is no guess any more where the machine has it', async () => {
    const log = 'frobfetch: error: the volume of the store is full';
    assert.equal((await causeOn({ disk: 'ok' }, log)).guessed, true);
    assert.equal((await causeOn({ disk: 'fail' }, log)).guessed, false);
  });

  it('a wrong clock is told for a certificate that is refused', async () => {
    const log = 'curl: (60) SSL certificate problem: certificate verify failed';
    assert.equal((await causeOn({ certificates: 'skipped', clock: 'fail' }, log)).class, 'clock-skew');
    assert.equal((await causeOn({ certificates: 'fail', clock: 'fail' }, log)).class, 'tls-ca-missing');
  });

  it('what the machine shows makes a cause surer, and what it does not show any more less sure', async () => {
    const log = 'c++: fatal error: Killed signal terminated program cc1plus';
    const sure = async (statuses: Statuses) => (await causeOn(statuses, log)).confidence;
    const [seen, unasked, unseen] = [
      await sure({ memory: 'warn' }),
      await sure({}),
      await sure({ memory: 'ok' }),
    ];
    assert.ok(seen > unasked && unasked > unseen, `${seen} ${unasked} ${unseen}`);
    assert.ok(unseen > 0.6);
  });
});

describe('what is asked of a machine', () => {
  it('is what the doctor has checks for', () => {
    const known = new Set(checks.map(({ id }) => id));
    const unknown = failureClasses.flatMap(({ asks = [] }) => asks).filter((id) => !known.has(id));
    assert.deepEqual(unknown, []);
  });

  it('is nothing where no check looks for the cause', async () => {
    const cause = await causeOn({}, './app: libc.so.6: version `GLIBC_2.38` not found');
    assert.deepEqual(cause.ids, []);
    assert.deepEqual(cause.asked, []);
  });
});
