// Writes docs/errors/ from the table of codes, docs/doctor.md from the checks of the doctor and docs/failures.md from the
// known failures; with --check only says whether they are up to date.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { groups } from '../build/src/doctor/check.js';
import { checks } from '../build/src/doctor/checks.js';
import { failureClasses } from '../build/src/explain/failure-classes.js';
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

const doctorFile = new URL('../docs/doctor.md', import.meta.url);
const groupTitles = {
  machine: 'This machine',
  network: 'The network',
  engine: 'The engine, from inside',
  project: 'The project',
};
const intro = readFileSync(new URL('doctor-intro.md', import.meta.url), 'utf8');
const doctorPage =
  intro +
  groups
    .map((group) => ({ group, mine: checks.filter((check) => check.group === group) }))
    .filter(({ mine }) => mine.length > 0)
    .map(({ group, mine }) => `\n## ${groupTitles[group]}\n${mine.map(checkSection).join('')}`)
    .join('');

const failuresFile = new URL('../docs/failures.md', import.meta.url);
const failuresPage = `# Known failures

What \`targetry explain\` knows, made from the files that it reads: [how it is used](explain.md). A name stays the same between releases.
${failureClasses.map(failureSection).join('')}`;

mkdirSync(folder, { recursive: true });
const present = readdirSync(folder);
const stale = [
  ...[...pages]
    .filter(([name, text]) => !present.includes(name) || readFileSync(new URL(name, folder), 'utf8') !== text)
    .map(([name]) => name),
  ...present.filter((name) => !pages.has(name)),
];
if (!existsSync(doctorFile) || readFileSync(doctorFile, 'utf8') !== doctorPage) stale.push('../doctor.md');
if (!existsSync(failuresFile) || readFileSync(failuresFile, 'utf8') !== failuresPage)
  stale.push('../failures.md');
if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    console.error(`docs/errors is out of date (${stale.join(', ')}): run \`npm run docs\``);
    process.exit(1);
  }
} else {
  for (const name of present.filter((name) => !pages.has(name))) rmSync(new URL(name, folder));
  for (const [name, text] of pages) writeFileSync(new URL(name, folder), text);
  writeFileSync(doctorFile, doctorPage);
  writeFileSync(failuresFile, failuresPage);
}

function checkSection({ id, title, proves, how, costs, cure }) {
  const rows = { Proves: proves, How: how, 'Without it': costs, Cure: cure };
  const lines = Object.entries(rows).map(([name, text]) => `- **${name}:** ${sentence(text)}\n`);
  return `\n### \`${id}\`: ${title}\n\n${lines.join('')}`;
}

function sentence(text) {
  const ended = /[.!?`]$/.test(text) ? text : `${text}.`;
  return ended[0].toUpperCase() + ended.slice(1);
}

function failureSection({ class: name, cause, cure, candidates = [], examples, references }) {
  const ways = typeof cure === 'string' ? cure : cure.any;
  const others = candidates.map(
    (candidate) =>
      `- **Or [${candidate.class}](#${candidate.class}):** ${sentence(withoutNames(candidate.decides))}\n`,
  );
  return `
## ${name}

${sentence(withoutNames(cause))}

- **Cure:** ${sentence(withoutNames(ways))}
${others.join('')}- **See:** ${references.map((address) => `<${address}>`).join(', ')}

\`\`\`text
${examples[0]}
\`\`\`
`;
}

// What stands for words of the log is shown by the words that are said where the log has none.
function withoutNames(text) {
  const once = text.replaceAll(/\{(\w+)(?:\|([^{}]*))?\}/g, (_, name, words) =>
    name === 'install' ? 'install the package that brings it' : (words ?? '…'),
  );
  return once === text ? once.replaceAll(/ +(?=[,.:;)])/g, '') : withoutNames(once);
}
