/** What the forms of a proof have in common: artifacts by places, a word for each cell, and why something doesn't run. */
import type { Measured, Proven } from '../proof/judge-run.ts';

export type CellWord = Measured | 'differs' | 'none';

export interface ProofTable {
  readonly places: readonly string[];
  readonly rows: readonly { readonly artifact: string; readonly cells: readonly CellWord[] }[];
  readonly reasons: readonly ProofReason[];
}

/** What an artifact has in common in several places is said once. */
export interface ProofReason {
  readonly word: Exclude<CellWord, 'runs' | 'none'>;
  readonly artifact: string;
  readonly places: readonly string[];
  readonly text: string;
  readonly hint: string | undefined;
}

export function proofTable(proven: readonly Proven[]): ProofTable {
  const artifacts = [...new Set(proven.map(({ one }) => one.artifact.name))];
  const places = [...new Set(proven.map(({ one }) => one.place))];
  const rows = artifacts.map((artifact) => {
    const own = proven.filter(({ one }) => one.artifact.name === artifact);
    return { artifact, cells: places.map((place) => wordOf(own.filter(({ one }) => one.place === place))) };
  });
  return { places, rows, reasons: reasonsOf(proven) };
}

/** One for all runs of an artifact in a place: the worst. */
function wordOf(runs: readonly Proven[]): CellWord {
  if (runs.length === 0) return 'none';
  if (runs.some(({ agrees }) => !agrees)) return 'differs';
  if (runs.some(({ measured }) => measured === 'fails')) return 'fails';
  return runs.every(({ measured }) => measured === 'unfit') ? 'unfit' : 'runs';
}

function reasonsOf(proven: readonly Proven[]): ProofReason[] {
  const groups = new Map<string, ProofReason & { readonly places: string[] }>();
  for (const one of proven) {
    const { artifact, place } = one.one;
    const word = one.agrees ? one.measured : 'differs';
    if (word === 'runs') continue;
    const text = textOf(one);
    const { hint } = one;
    const key = [artifact.name, word, text, hint].join('\0');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { word, artifact: artifact.name, places: [place], text, hint });
    else if (!group.places.includes(place)) group.places.push(place);
  }
  return [...groups.values()];
}

function textOf({ predicted, measured, agrees, because, run }: Proven): string {
  const why = because ?? `it ended with exit code ${run.code}`;
  if (!agrees) {
    return predicted === 'yes'
      ? `computed was that it runs, and it fails: ${why}`
      : 'computed was that it fails, and it runs';
  }
  if (measured === 'unfit') return `this system lacks what it may take for granted: ${why}`;
  return predicted === 'no' ? `as computed: ${why}` : `which could not be computed: ${why}`;
}
