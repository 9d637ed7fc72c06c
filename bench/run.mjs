// Every benchmark beside its peer in one go; the page docs/measured.md is written from what they tell.
//
//   npm run bench                    all of them, and the page
//   npm run bench -- NAME [WORD…]    one of them, on the terminal
//
// Figures are worth something on a machine that does nothing else. What they compare with is installed by hand: bubblewrap,
// mmdebstrap, binutils, runc and Go. Of a peer that isn't there the page says so.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { figure, ratio } from './figures.mjs';

const titles = {
  startup: 'The command',
  build: 'Builds',
  environments: 'Environments',
  buildkit: 'On a BuildKit daemon',
  audit: 'Audits',
  explain: 'Logs of builds that failed',
};

const [name, ...words] = process.argv.slice(2);
if (name === undefined) {
  const told = Object.keys(titles).map((one) => ({ title: titles[one], lines: linesOf(one) }));
  writeFileSync(new URL('../docs/measured.md', import.meta.url), pageOf(told));
} else if (Object.hasOwn(titles, name)) {
  process.exitCode = start(name, words, 'inherit').status;
} else {
  console.error(`there is no benchmark ${name}: ${Object.keys(titles).join(', ')}`);
  process.exitCode = 2;
}

function linesOf(one) {
  console.error(`measuring ${one}`);
  const { status, stdout } = start(one, ['--json'], 'pipe');
  if (status !== 0) throw new Error(`the benchmark ${one} failed`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function start(one, args, stdout) {
  const path = fileURLToPath(new URL(`${one}.mjs`, import.meta.url));
  return spawnSync(process.execPath, [path, ...args], {
    stdio: ['ignore', stdout, 'inherit'],
    encoding: 'utf8',
  });
}

function pageOf(told) {
  const programs = told.flatMap(({ lines }) => lines.filter((line) => 'program' in line));
  return `# Measured

Written by \`npm run bench\`. A figure is the median of some rounds; beside it stands that of a peer which did the same, on the
same machine in the same run. The last column says how many times as fast as the peer.

${tableOf(['machine', ''], machine())}

${tableOf(
  ['peer', 'version'],
  programs.map(({ program, version }) => [program, version ?? 'not installed']),
)}
${told.map(sectionOf).join('')}`;
}

function machine() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return [
    ['CPUs', `${availableParallelism()}, ${cpus()[0].model.trim()}`],
    ['memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['kernel', `Linux ${/^[\d.]+/.exec(release())[0]}`],
    ['Node', process.version.slice(1)],
    ['Targetry', version],
    ['day', new Date().toISOString().slice(0, 10)],
  ];
}

function sectionOf({ title, lines }) {
  const [missing] = lines.flatMap((line) => line.missing ?? []);
  const figures = lines.filter((line) => 'what' in line);
  const table = tableOf(['what', 'Targetry', 'peer', ''], figures.map(rowOf));
  const rest = missing === undefined ? '' : `\nNot measured here: ${missing}.\n`;
  return `\n## ${title}\n\n${figures.length > 0 ? `${table}\n` : ''}${rest}`;
}

function rowOf({ what, value, unit, peer }) {
  const own = [what, figure(value, unit)];
  if (peer === undefined) return [...own, '', ''];
  if (peer.value === null) return [...own, `missing: ${peer.name}`, ''];
  return [...own, `${figure(peer.value, unit)}, ${peer.name}`, ratio({ value, unit, peer })];
}

function tableOf(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
