// Runs test suites and ends with one line, `N passed, N failed, N skipped`.
//
//   node scripts/test.mjs [unit] [build] [live] [engines] [--no-skips] [--only=TEXT]
//
// unit needs nothing; build makes the example through the command line (user namespaces, a Debian mirror); live holds
// what needs more of the machine, engines what needs daemons too (see .ci/run). With --no-skips a skipped test is a
// failed one.
import { readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const folders = { unit: ['unit', 'tidy'], build: ['build'], live: ['live'], engines: ['engines'] };
const words = process.argv.slice(2);
const suites = words.filter((word) => !word.startsWith('--'));
const only = words.find((word) => word.startsWith('--only='))?.slice('--only='.length);
const compiled = fileURLToPath(new URL('../build/test/', import.meta.url));

const files = (suites.length === 0 ? ['unit', 'build'] : suites)
  .flatMap((suite) => folders[suite] ?? [suite])
  .flatMap((folder) => testFiles(join(compiled, folder)))
  .filter((file) => only === undefined || file.includes(only));
if (files.length === 0) {
  console.error('no test files: run `npx tsc` first, and name suites of', Object.keys(folders).join(', '));
  process.exit(2);
}

const count = { passed: 0, failed: 0, skipped: 0 };
const skips = [];
const alone = suites.includes('live') || suites.includes('engines');
const live = alone || suites.includes('build') || suites.length === 0;
const stream = run({
  files,
  // The suites that drive whole builds share the machine's cores and its network badly.
  concurrency: alone ? 1 : availableParallelism(),
  timeout: live ? 900_000 : 120_000,
});
stream.on('test:pass', (data) => tally(data, 'passed'));
stream.on('test:fail', (data) => tally(data, 'failed'));
const shown = stream.compose(spec);
shown.pipe(process.stdout);
shown.on('end', () => {
  for (const skip of skips) console.log(`skipped: ${skip}`);
  const failed = count.failed + (words.includes('--no-skips') ? count.skipped : 0);
  console.log(`${count.passed} passed, ${failed} failed, ${count.skipped} skipped`);
  const report = words.find((word) => word.startsWith('--report='))?.slice('--report='.length);
  if (report !== undefined) writeFileSync(report, JSON.stringify({ ...count, failed }));
  process.exitCode = failed > 0 ? 1 : 0;
});

function tally(data, outcome) {
  if (data.details?.type === 'suite' && outcome === 'passed') return;
  if (data.skip !== undefined) {
    count.skipped++;
    skips.push(`${data.name}: ${data.skip === true || data.skip === '' ? 'no reason given' : data.skip}`);
  } else {
    count[outcome]++;
  }
}

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.js'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
