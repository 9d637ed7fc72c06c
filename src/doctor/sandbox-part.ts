import { tryPart, type PartName } from '../engines/embedded/probe.ts';
import type { Tools } from '../engines/embedded/tools.ts';
import type { Failure } from '../report/failure.ts';
import type { Check, Diagnosis } from './check.ts';
import { diagnosisOf } from './examine.ts';
import type { Patient } from './patient.ts';

type Words = Pick<Check<unknown>, 'id' | 'title' | 'proves' | 'how' | 'costs' | 'cure' | 'needs'>;

interface PartWords extends Words {
  readonly parts: readonly PartName[];
  /** Said where all of them work. */
  readonly fine: string;
}

/** A check that makes parts of the engine's sandbox; the engine's own words say why one can't be made. */
export function partCheck({
  parts,
  fine,
  needs = ['tools'],
  ...words
}: PartWords): Check<Failure | undefined> {
  return {
    ...words,
    group: 'machine',
    needs,
    async probe(patient: Patient) {
      const tools = toolsOf(patient);
      if (tools === undefined) return undefined;
      const scratch = await patient.scratch();
      for (const part of parts) {
        const failure = await tryPart(part, { tools, store: patient.context.store, scratch });
        if (failure !== undefined) return failure;
      }
      return undefined;
    },
    judge: (failure: Failure | undefined): Diagnosis =>
      failure === undefined ? { status: 'ok', found: fine } : diagnosisOf(failure),
  };
}

export function toolsOf({ tools }: Patient): Tools | undefined {
  return 'tools' in tools ? tools.tools : undefined;
}
