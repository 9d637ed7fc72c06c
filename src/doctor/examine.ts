import { Failure } from '../report/failure.ts';
import { storeFailure } from '../store/store.ts';
import type { Check, Diagnosis } from './check.ts';
import type { Patient } from './patient.ts';

/** What one check says of one thing. */
export interface Finding extends Diagnosis {
  readonly check: Check<unknown>;
}

/** All at once. What only follows from the failure of another check is not told as a failure of its own. */
export async function examine(checks: readonly Check<unknown>[], patient: Patient): Promise<Finding[]> {
  const found = await Promise.all(checks.map((check) => examineOne(check, patient)));
  return rootCauses(found.flat());
}

async function examineOne(check: Check<unknown>, patient: Patient): Promise<Finding[]> {
  const diagnoses = await tryIt(check, patient);
  return [diagnoses].flat().map((diagnosis) => ({ ...diagnosis, check }));
}

async function tryIt(check: Check<unknown>, patient: Patient): Promise<Diagnosis | readonly Diagnosis[]> {
  try {
    return check.judge(await check.probe(patient));
  } catch (error) {
    const failure = storeFailure(error, patient.context.store);
    if (!(failure instanceof Failure) || failure.code === 'canceled') throw failure;
    return diagnosisOf(failure);
  }
}

/** What an operation of ours says where it can't go on, is what the check found. */
export function diagnosisOf({ message, why, hint, at }: Failure): Diagnosis {
  const found = why === undefined ? message : `${message}: ${why}`;
  return { status: 'fail', found, cure: hint, at };
}

/** Of a chain of failures, each needing what failed before it, only the first is a failure. */
function rootCauses(findings: readonly Finding[]): Finding[] {
  const failed = new Map(
    findings.filter(({ status }) => status === 'fail').map(({ check }) => [check.id, check]),
  );
  const causeOf = ({ needs = [] }: Check<unknown>): Check<unknown> | undefined => {
    const cause = needs.map((id) => failed.get(id)).find((one) => one !== undefined);
    return cause === undefined ? undefined : (causeOf(cause) ?? cause);
  };
  return findings.map((finding) => {
    const cause = finding.status === 'ok' ? undefined : causeOf(finding.check);
    if (cause === undefined) return finding;
    const { check } = finding;
    return { check, status: 'skipped', found: `it can't be judged before this is cured: ${cause.title}` };
  });
}
