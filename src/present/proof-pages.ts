/** The proof for release pages: a table in Markdown, and one that stands alone as HTML, without script or anything fetched. */
import type { Proven } from '../proof/judge-run.ts';
import { markdownText } from './markdown-text.ts';
import { proofTable, type CellWord, type ProofTable } from './proof-table.ts';

/** By their names under `dist/`. */
export function proofPages(title: string, proven: readonly Proven[]): ReadonlyMap<string, string> {
  const table = proofTable(proven);
  return new Map([
    ['proof.md', markdown(title, table)],
    ['proof.html', html(title, table)],
  ]);
}

const legend: Readonly<Record<Exclude<CellWord, 'none'>, string>> = {
  runs: 'it ran there',
  fails: 'it does not run there, as the audit computed',
  unfit: 'this system lacks what it may take for granted',
  differs: 'what happened is not what was computed',
};

const marks: Readonly<Record<CellWord, string>> = {
  runs: '✓ runs',
  fails: '✗ fails',
  unfit: '~ unfit',
  differs: '! differs',
  none: '',
};

function markdown(title: string, { places, rows, reasons }: ProofTable): string {
  const lines = [
    ['', ...places.map(cell)],
    [':---', ...places.map(() => '---')],
    ...rows.map(({ artifact, cells }) => [cell(artifact), ...cells.map((word) => marks[word])]),
  ].map((row) => `| ${row.join(' | ')} |`);
  const notes = reasons.map(
    ({ artifact, places: where, text }) => `- ${markdownText(`${artifact} in ${where.join(', ')}: ${text}`)}`,
  );
  const parts = [`# Where ${markdownText(title)} runs`, lines.join('\n'), notes.join('\n')];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function cell(words: string): string {
  return markdownText(words).replaceAll('|', '\\|');
}

function html(title: string, { places, rows, reasons }: ProofTable): string {
  const head = places.map((place) => `<th scope="col">${escaped(place)}</th>`).join('');
  const body = rows.map(({ artifact, cells }) => {
    const own = cells.map((word) => `<td class="${word}">${marks[word]}</td>`).join('');
    return `<tr><th scope="row">${escaped(artifact)}</th>${own}</tr>`;
  });
  const used = new Set(rows.flatMap(({ cells }) => cells));
  const terms = Object.entries(legend)
    .filter(([word]) => used.has(word as CellWord))
    .map(([word, text]) => `<dt class="${word}">${marks[word as CellWord]}</dt><dd>${text}</dd>`);
  const notes = reasons.map(
    ({ word, artifact, places: where, text }) =>
      `<li class="${word}"><b>${escaped(artifact)}</b> in ${escaped(where.join(', '))}: ${escaped(text)}</li>`,
  );
  const name = `Where ${escaped(title)} runs`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}</title>
<style>${css}</style>
<h1>${name}</h1>
<div class="wide">
<table>
<thead><tr><td></td>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>
</div>
<dl>${terms.join('')}</dl>
${notes.length === 0 ? '' : `<ul>\n${notes.join('\n')}\n</ul>\n`}</html>
`;
}

function escaped(words: string): string {
  const marks = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' } as const;
  return words.replace(/[&<>"]/g, (mark) => marks[mark as keyof typeof marks]);
}

/** The first column stays where the rest is wider than the window. */
const css = `
:root { color-scheme: light dark; --line: #d8dde3; --soft: #f4f6f8; --good: #116329; --bad: #a40e26; --dim: #59636e; }
@media (prefers-color-scheme: dark) {
  :root { --line: #363c44; --soft: #1c2128; --good: #57d977; --bad: #ff8182; --dim: #9aa4af; }
}
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .4rem .8rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead > tr > * { background: var(--soft); font-weight: 600; }
tbody th, thead td { position: sticky; left: 0; background: var(--soft); font-weight: 600; }
.runs { color: var(--good); }
.differs { color: var(--bad); font-weight: 600; }
.fails, .unfit { color: var(--dim); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; }
dd { margin: 0; color: var(--dim); }
ul { padding-left: 1.2rem; }
li { overflow-wrap: anywhere; margin: .3rem 0; }
li.differs { font-weight: 400; }
@media (max-width: 40rem) {
  th, td { padding: .35rem .5rem; }
  tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 8rem; max-width: 45vw; }
}
`;
