/** What checks may find, and the words that each of them has for it. */
import type { Check, Diagnosis } from '../../../src/doctor/check.ts';

export interface Case {
  readonly check: Check<unknown>;
  readonly diagnoses: readonly Diagnosis[];
  readonly text: string;
}

/** Each thing that may be found, by a name for it; the first is a machine that is well. */
export function cases<Found>(check: Check<Found>, found: Readonly<Record<string, Found>>): Case[] {
  return Object.entries(found).map(([name, one]) => {
    const diagnoses = [check.judge(one)].flat();
    const lines = diagnoses.flatMap(({ status, found: words, cure, fix, at }) => [
      `  ${status}: ${at === undefined ? '' : `line ${at.line}: `}${words}`,
      ...(cure === undefined ? [] : [`    cure: ${cure}`]),
      ...(fix === undefined ? [] : [`    fix: ${fix}`]),
    ]);
    return { check, diagnoses, text: `${check.id}, ${name}\n${lines.join('\n')}\n` };
  });
}
