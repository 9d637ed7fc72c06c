// Writes docs/errors/ from the table of codes; with --check only says whether it is up to date.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { codes } from '../build/src/report/codes.js';

const folder = new URL('../docs/errors/', import.meta.url);
const exits = { 1: 'the answer is no', 2: 'the request was wrong', 3: 'this machine or network cannot' };

const pages = new Map(
  Object.entries(codes).map(([code, { exit, title, cause, cure }]) => [
    `${code}.md`,
    `# ${code}\n\n${sentence(title)}\n\n- **Exit code:** ${exit} (${exits[exit]})\n- **Cause:** ${sentence(cause)}\n- **Next step:** ${sentence(cure)}\n`,
  ]),
);
pages.set(
  'README.md',
  `# Errors\n\nEvery error that Targetry reports has a code that stays the same between releases.\n\n| code | exit | what happened |\n| --- | --- | --- |\n${Object.entries(
    codes,
  )
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { exit, title }]) => `| [${code}](${code}.md) | ${exit} | ${title} |\n`)
    .join('')}`,
);

mkdirSync(folder, { recursive: true });
const present = readdirSync(folder);
const stale = [
  ...[...pages]
    .filter(([name, text]) => !present.includes(name) || readFileSync(new URL(name, folder), 'utf8') !== text)
    .map(([name]) => name),
  ...present.filter((name) => !pages.has(name)),
];
if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    console.error(`docs/errors is out of date (${stale.join(', ')}): run \`npm run docs\``);
    process.exit(1);
  }
} else {
  for (const name of present.filter((name) => !pages.has(name))) rmSync(new URL(name, folder));
  for (const [name, text] of pages) writeFileSync(new URL(name, folder), text);
}

function sentence(text) {
  const ended = /[.!?`]$/.test(text) ? text : `${text}.`;
  return ended[0].toUpperCase() + ended.slice(1);
}
