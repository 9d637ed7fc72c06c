/**
 * What a doctor is made of. A check tries one thing by doing it (`probe`) and says what that means (`judge`), which is a
 * function of what was found alone: so each diagnosis's words can be tested without a machine that is broken in that way.
 */
import type { Location } from '../report/diagnostic.ts';
import type { EngineName, Patient } from './patient.ts';

export const groups = ['machine', 'network', 'engine', 'project'] as const;
export type Group = (typeof groups)[number];

export interface Diagnosis {
  /** `fail`: a build will break by it. `warn`: it may, or it costs something. */
  readonly status: 'ok' | 'warn' | 'fail' | 'skipped';
  /** What is so, as a part of a sentence. */
  readonly found: string;
  /** The next step, with a command where there is one. */
  readonly cure?: string | undefined;
  readonly at?: Location | undefined;
  /** What `--fix` can do about it, which needs no privileges. */
  readonly fix?: Fix | undefined;
}

export type Fix = 'lock' | 'prune';

export const noProject: Diagnosis = {
  status: 'skipped',
  found: 'there is no targetry.yaml that can be read',
};

export interface Check<Found> {
  /** Stable: scripts match on it. */
  readonly id: string;
  readonly group: Group;
  /** What a person calls it: `user namespaces`. */
  readonly title: string;
  /** The rest is for docs/doctor.md. */
  readonly proves: string;
  readonly how: string;
  /** What happens to a build where it fails. */
  readonly costs: string;
  readonly cure: string;
  /** For one engine alone. */
  readonly engines?: readonly EngineName[];
  /** Checks whose failure explains the failure of this one. */
  readonly needs?: readonly string[];
  probe(patient: Patient): Promise<Found> | Found;
  judge(found: Found): Diagnosis | readonly Diagnosis[];
}
