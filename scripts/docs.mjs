// Writes the pages of docs/ that are made from what the code knows: errors, the doctor's checks, known failures, and the
// reference of keys and commands; with --check only says whether they are up to date.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { commands } from '../build/src/cli/commands.js';
import { doctorPage } from './pages/doctor.mjs';
import { errorPages } from './pages/errors.mjs';
import { failuresPage } from './pages/failures.mjs';
import { commandReference, configReference } from './pages/reference.mjs';

const docs = new URL('../docs/', import.meta.url);
const schema = JSON.parse(readFileSync(new URL('../schema/targetry.schema.json', import.meta.url), 'utf8'));

const pages = new Map([
  ...[...errorPages()].map(([name, text]) => [`errors/${name}`, text]),
  ['doctor.md', doctorPage()],
  ['failures.md', failuresPage()],
  ['reference/targetry-yaml.md', configReference(schema)],
  ['reference/commands.md', commandReference(commands)],
]);

/** A code that is gone leaves its page behind. */
const dropped = ['errors', 'reference']
  .flatMap((folder) => namesIn(folder).map((name) => `${folder}/${name}`))
  .filter((path) => !pages.has(path));

if (process.argv.includes('--check')) {
  const stale = [
    ...dropped,
    ...[...pages].filter(([path, text]) => present(path) !== text).map(([path]) => path),
  ];
  if (stale.length > 0) {
    console.error(`docs/ is out of date (${stale.join(', ')}): run \`npm run docs\``);
    process.exitCode = 1;
  }
} else {
  for (const path of dropped) rmSync(new URL(path, docs));
  for (const folder of ['errors', 'reference']) mkdirSync(new URL(folder, docs), { recursive: true });
  for (const [path, text] of pages) writeFileSync(new URL(path, docs), text);
}

function namesIn(folder) {
  const place = new URL(`${folder}/`, docs);
  return existsSync(place) ? readdirSync(place) : [];
}

function present(path) {
  const file = new URL(path, docs);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
