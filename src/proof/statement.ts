/** The proof as an in-toto statement, which tools for attestations sign and check as it is. */
import { sha256OfValue } from '../base/sha256.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import { targetryVersion } from '../report/version.ts';
import type { Proven } from './judge-run.ts';

/** What `predicate` is: docs/proof.md tells its fields. */
const predicateType = 'urn:targetry:proof:1';

/** `locked` are the roots of the runs, in their order. */
export function proofStatement(proven: readonly Proven[], locked: readonly LockedEnvironment[]): object {
  const subjects = new Map(proven.map(({ one: { artifact } }) => [artifact.name, artifact.sha256]));
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [...subjects].map(([name, sha256]) => ({ name, digest: { sha256 } })),
    predicateType,
    predicate: {
      schema: 'targetry.proof/1',
      targetry: targetryVersion(),
      runs: proven.map((result, index) => runOf(result, locked[index]!)),
    },
  };
}

function runOf(
  { one: { artifact, place, command }, run, release, predicted, measured, agrees, because }: Proven,
  locked: LockedEnvironment,
): object {
  return {
    artifact: artifact.name,
    environment: place,
    arch: locked.arch,
    /** Of the root's section of the lock: which packages it was. */
    lock: sha256OfValue(locked),
    release: release ?? null,
    command: command.script,
    exit: run.code,
    predicted,
    measured,
    agrees,
    because: because ?? null,
  };
}
