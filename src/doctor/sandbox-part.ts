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
  /** What it is where one can't be made; `fail` where it isn't said. */
  readonly otherwise?: 'warn';
}

/** A check that makes parts of the engine's sandbox; the engine's own words say why one can't be made. */
export function partCheck({
  parts,
  fine,
  needs = ['tools'],
  otherwise,
  ...words
}: PartWords): Check<Failure | undefined> {
  return {
    ...words,
    group: 'machine',
    engines: ['embedded'],
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
    judge(failure: Failure | undefined): Diagnosis {
      if (failure === undefined) return { status: 'ok', found: fine };
      const diagnosis = diagnosisOf(failure);
      return otherwise === undefined ? diagnosis : { ...diagnosis, status: otherwise };
    },
  };
}

export function toolsOf({ tools }: Patient): Tools | undefined {
  return 'tools' in tools ? tools.tools : undefined;
}
