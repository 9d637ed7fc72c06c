// Runs test suites and ends with one line, `N passed, N failed, N skipped`.
//
//   node scripts/test.mjs [unit] [build] [live] [engines] [--no-skips] [--only=TEXT]
//
// unit needs nothing; build makes the example through the command line (user namespaces, a Debian mirror); live holds
// what needs more of the machine, engines what needs daemons too (see .ci/run). With --no-skips a skipped test is a
// failed one.
//
// Files run side by side, the longest first, so that no core idles at the end while one long file is left. Those that
// look at all of the machine, or at how soon something ends, come last and one by one.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const folders = { unit: ['unit', 'tidy'], build: ['build'], live: ['live'], engines: ['engines'] };

const namesOf = (text) => text.trim().split(/\s+/);

/** Files by their names, the longest first; what isn't named takes less. */
const long = namesOf(`
  rootfs fresh-machine solve roots real-projects audit-loader init sysroot
  docs lock steps mistakes prove hello caches unpack-deb zstd hostile tools failures`);

/** Files of `live` that count mounts, time or moments of a kill, or fill a disk. */
const alone = namesOf(`
  build-faults disk-full doctor engine-as-user engine-emulation engine-faults engine-steps engine-with-starter kills`);

const words = process.argv.slice(2);
const suites = words.filter((word) => !word.startsWith('--'));
const only = words.find((word) => word.startsWith('--only='))?.slice('--only='.length);
const compiled = fileURLToPath(new URL('../build/test/', import.meta.url));

const files = (suites.length === 0 ? ['build', 'unit'] : suites)
  .flatMap((suite) => (folders[suite] ?? [suite]).flatMap((folder) => testFiles(folder)))
  .filter(({ path }) => only === undefined || path.includes(only));
if (files.length === 0) {
  console.error('no test files: run `npx tsc` first, and name suites of', Object.keys(folders).join(', '));
  process.exit(2);
}

const count = { passed: 0, failed: 0, skipped: 0 };
const skips = [];
const sideBySide = files.filter((file) => !isAlone(file)).sort((a, b) => rank(a) - rank(b));
// Whole builds share a network and a disk, of which more cores make no more.
const cores = Math.min(availableParallelism(), files.some(({ suite }) => suite === 'live') ? 2 : Infinity);
if (sideBySide.length > 0) await runFiles(sideBySide, cores);
const oneByOne = files.filter(isAlone);
if (oneByOne.length > 0) await runFiles(oneByOne, 1);

for (const skip of skips) console.log(`skipped: ${skip}`);
const failed = count.failed + (words.includes('--no-skips') ? count.skipped : 0);
console.log(`${count.passed} passed, ${failed} failed, ${count.skipped} skipped`);
const report = words.find((word) => word.startsWith('--report='))?.slice('--report='.length);
if (report !== undefined) writeFileSync(report, JSON.stringify({ ...count, failed }));
process.exitCode = failed > 0 ? 1 : 0;

async function runFiles(chosen, concurrency) {
  const isShort = chosen.every(({ suite }) => suite === 'unit' || suite === 'tidy');
  const rooms = new Set(chosen.filter(({ suite }) => suite === 'unit').map(({ path }) => dirname(path)));
  const stream = run({
    files: [
      ...chosen.filter(({ suite }) => suite !== 'unit').map(({ path }) => path),
      ...[...rooms].map((room) => oneOf(chosen.filter(({ path }) => dirname(path) === room))),
    ],
    concurrency,
    timeout: isShort ? 300_000 : 1_800_000,
  });
  stream.on('test:pass', (data) => tally(data, 'passed'));
  stream.on('test:fail', (data) => tally(data, 'failed'));
  for await (const text of stream.compose(spec)) process.stdout.write(text);
}

/** Unit tests of one folder share a process: to start one takes longer than most of their files. */
function oneOf(chosen) {
  if (chosen.length === 1) return chosen[0].path;
  const folder = join(compiled, 'rooms');
  const name = relative(join(compiled, 'unit'), dirname(chosen[0].path)).replaceAll('/', '-');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${name}.js`),
    chosen.map(({ path }) => `import ${JSON.stringify(path)};\n`).join(''),
  );
  return join(folder, `${name}.js`);
}

function isAlone({ suite, name }) {
  return suite === 'engines' || (suite === 'live' && alone.includes(name));
}

function rank({ name }) {
  return long.includes(name) ? long.indexOf(name) : long.length;
}

function tally(data, outcome) {
  if (data.details?.type === 'suite' && outcome === 'passed') return;
  if (data.skip !== undefined) {
    count.skipped++;
    skips.push(`${data.name}: ${data.skip === true || data.skip === '' ? 'no reason given' : data.skip}`);
  } else {
    count[outcome]++;
  }
}

function testFiles(suite) {
  const folder = join(compiled, suite);
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.js'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .map((path) => ({ path, suite, name: basename(path, '.test.js') }));
}
