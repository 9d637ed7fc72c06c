import { relative } from 'node:path';
import type { ProveResult } from '../operations/prove.ts';
import { proofTable, type CellWord, type ProofReason, type ProofTable } from './proof-table.ts';
import { styleFor, type Style } from './style.ts';
import { counted } from '../base/units.ts';
import { displayWidth, fold } from './width.ts';

interface Options {
  readonly color: boolean;
  /** Paths are shown relative to it. */
  readonly cwd: string;
}

/** The compatibility table, and why what doesn't run doesn't. */
export function renderProof({ proven, dist }: ProveResult, { color, cwd }: Options): string {
  const style = styleFor(color);
  const table = proofTable(proven);
  const differing = proven.filter(({ agrees }) => !agrees).length;
  const outcome =
    differing === 0 ? agreement(proven, style) : style.red(`${counted(differing, 'run')} not as computed`);
  const subject = `${counted(table.rows.length, 'artifact')} in ${counted(table.places.length, 'environment')}`;
  const reasons = table.reasons.map((reason) => reasonLine(reason, style)).join('\n');
  const where =
    dist === undefined ? '' : style.dim(`the proof is in ${relative(cwd, dist)}/: proof.json, .md and .html`);
  const parts = [`${subject}: ${outcome}`, tableLines(table, style), reasons, where];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Where nothing could be computed, nothing differs from it: a run that fails there is no agreement. */
function agreement(proven: ProveResult['proven'], style: Style): string {
  const surprises = proven.filter(
    ({ predicted, measured }) => predicted === 'unknown' && measured === 'fails',
  );
  if (surprises.length === 0) return style.green('all as computed');
  const others = surprises.length === proven.length ? '' : '; all others as computed';
  return style.yellow(
    `${counted(surprises.length, 'run')} failed, which the audit could not tell before${others}`,
  );
}

function tableLines({ places, rows }: ProofTable, style: Style): string {
  const first = Math.max(...rows.map(({ artifact }) => displayWidth(artifact)));
  const widths = places.map((place) => Math.max(displayWidth(place), 'differs'.length));
  const head = ['', ...places].map((word, index) => padded(word, index === 0 ? first : widths[index - 1]!));
  const body = rows.map(({ artifact, cells }) => [
    padded(artifact, first),
    ...cells.map((word, index) =>
      painted(
        word,
        style,
      )(padded(word === 'none' ? '-' : word, index === cells.length - 1 ? 0 : widths[index]!)),
    ),
  ]);
  return [head, ...body].map((row) => `  ${row.join('  ')}`.trimEnd()).join('\n');
}

function painted(word: CellWord, style: Style): (text: string) => string {
  switch (word) {
    case 'runs':
      return style.green;
    case 'differs':
      return style.red;
    case 'fails':
      return style.yellow;
    case 'unfit':
    case 'none':
      return style.dim;
  }
  return word satisfies never;
}

const labelWidth = 9;

function reasonLine({ word, artifact, places, text, hint }: ProofReason, style: Style): string {
  const label = painted(word, style)(word) + ' '.repeat(labelWidth - word.length);
  const sentence = `${artifact} in ${places.join(', ')}: ${text}`;
  const margin = ' '.repeat(labelWidth + 2);
  const more = hint === undefined ? '' : `\n${margin}${fold(`${style.cyan('hint:')} ${hint}`, 90, margin)}`;
  return `  ${label}${fold(sentence, 90, margin)}${more}`;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
