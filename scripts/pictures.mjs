// Makes the pictures of the README from real runs: what a terminal shows of a first build in an empty store,
// and of a proof after it. Needs `script` (util-linux), a mirror, and some minutes.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';

const pictures = {
  build: `targetry build 'linux-x64-*'`,
  prove: `targetry prove 'linux-x64-*' --in debian-11,debian-12,debian-13,ubuntu-24.04`,
};

const [columns, mostRows] = [110, 200];
const [cellWidth, rowHeight, margin] = [7.8, 18, 16];
const main = fileURLToPath(new URL('../build/bundle/targetry.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'targetry-pictures-'));
try {
  cpSync(new URL('../examples/hello', import.meta.url), join(folder, 'hello'), {
    recursive: true,
    filter: (path) => !path.includes('/dist'),
  });
  for (const [name, command] of Object.entries(pictures)) {
    const rows = await screenOf(command);
    writeFileSync(new URL(`../docs/pictures/${name}.svg`, import.meta.url), picture(command, rows));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The rows that the command leaves on the screen, each as runs of text of one style. */
async function screenOf(command) {
  const program = command.replace(/^targetry/, `'${process.execPath}' '${main}'`);
  const record = join(folder, 'record');
  const size = `stty cols ${columns} rows ${mostRows}`;
  execFileSync('script', ['-qefc', `${size}; ${program}`, record], {
    cwd: join(folder, 'hello'),
    env: {
      ...process.env,
      TARGETRY_STORE: join(folder, 'store'),
      TERM: 'xterm-256color',
      NO_COLOR: undefined,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // Its first and last line are of `script` itself.
  const printed = readFileSync(record, 'utf8').split('\n').slice(1, -2).join('\n');
  const terminal = new xterm.Terminal({ cols: columns, rows: mostRows, allowProposedApi: true });
  await new Promise((resolve) => terminal.write(printed, resolve));
  const buffer = terminal.buffer.active;
  const rows = Array.from({ length: buffer.length }, (_, row) => runsOf(buffer.getLine(row)));
  while (rows.at(-1)?.length === 0) rows.pop();
  return shortened(rows);
}

/** Of a long progress its beginning and its end. */
function shortened(rows) {
  const end = rows.findIndex((runs) => !/^\[ *\d+\/\d+\]/.test(runs.map(({ text }) => text).join('')));
  if (end <= 12) return rows;
  return [...rows.slice(0, 3), [{ column: 0, style: 'dim', text: '…' }], ...rows.slice(end - 3)];
}

function runsOf(line) {
  const runs = [];
  for (let column = 0; column < line.translateToString(true).length; column++) {
    const cell = line.getCell(column);
    const style = [
      cell.isBold() && 'bold',
      cell.isDim() && 'dim',
      cell.isFgPalette() && `color${cell.getFgColor()}`,
    ]
      .filter(Boolean)
      .join(' ');
    const last = runs.at(-1);
    if (last?.style === style) last.text += cell.getChars() || ' ';
    else runs.push({ column, style, text: cell.getChars() || ' ' });
  }
  return runs;
}

/** Colors follow the reader's scheme; words stay text, so that they can be searched and read aloud. */
function picture(command, rows) {
  const shown = [[{ column: 0, style: 'bold', text: `$ npx ${command}` }], [], ...rows];
  const width = Math.ceil(columns * cellWidth + 2 * margin);
  const height = shown.length * rowHeight + 2 * margin;
  const lines = shown.flatMap((runs, row) =>
    runs.length === 0
      ? []
      : [`<text y="${margin + (row + 1) * rowHeight - 5}">${runs.map(span).join('')}</text>`],
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(command)}</title>
<style>
  rect { fill: #fbfbfa; stroke: #d9d9d6 }
  text { font: 13px ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #24292f; white-space: pre }
  .bold { font-weight: 700 } .dim { opacity: .6 }
  .color1 { fill: #b42318 } .color2 { fill: #1a7f37 } .color3 { fill: #9a6700 }
  @media (prefers-color-scheme: dark) {
    rect { fill: #16181d; stroke: #30343c }
    text { fill: #e6e8eb }
    .color1 { fill: #ff7b72 } .color2 { fill: #56d364 } .color3 { fill: #e3b341 }
  }
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${lines.join('\n')}
</svg>
`;
}

/** Each run begins at its own column, whatever the width of the reader's font. */
function span({ column, style, text }) {
  const x = margin + column * cellWidth;
  const end = ` textLength="${(text.length * cellWidth).toFixed(1)}" lengthAdjust="spacingAndGlyphs"`;
  const kind = style === '' ? '' : ` class="${style}"`;
  return `<tspan x="${x.toFixed(1)}"${end}${kind}>${escaped(text)}</tspan>`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
