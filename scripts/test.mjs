// Runs test suites and ends with one line, `N passed, N failed, N skipped`.
//
//   node scripts/test.mjs [unit] [build] [live] [engines] [--no-skips] [--again] [--only=TEXT]
//
// unit needs nothing; build makes the example through the command line (user namespaces, a Debian mirror); live holds
// what needs more of the machine, engines what needs daemons too (see .ci/run). With --no-skips a skipped test is a
// failed one. With --again a file that failed is run once more, alone, and judged by that: a fault fails it again, and a
// machine that was too busy for a test of time does not. The end tells what passed only then.
//
// Files run side by side, the longest first, so that no core idles at the end while one long file is left. Those with
// daemons come one after the other beside the others, once the daemons are compiled, which is done beside other files too,
// in what time these leave. What looks at how soon something ends bears other files beside it,
// as what looks at all of the machine looks for what is its own.
//
// What tests make and remove again is in memory, where a machine has plenty: on a disk they wait for what all others write.
// What builds share, in build/test-store, stays on the disk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, freemem, release, setPriority } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { writeBundle } from './bundle.mjs';

const folders = { unit: ['unit', 'tidy'], build: ['build'], live: ['live'], engines: ['engines'] };

/** The longest first, though not the two side by side that need most of a disk; what isn't named takes less. */
const long = `
  live/rootfs live/init live/roots live/solve live/fresh-machine live/engine-as-user live/engine-with-starter
  live/kills live/build-faults live/how live/real-projects live/docs live/audit-packages live/tools live/sysroot
  live/compile live/zig-sysroot live/audit-loader live/closure
  engines/conformance engines/hello engines/graph-for-buildctl engines/builders engines/file-faults engines/how
  engines/fleet
  build/lock unit/roots unit/operations unit/explain build/hello build/mistakes build/caches
  unit/formats build/shell build/steps build/sysroot unit/audit build/prove unit/packages`
  .trim()
  .split(/\s+/);

/** What Node's runner says at the end of each file. */
const totals = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

const words = process.argv.slice(2);
const suites = words.filter((word) => !word.startsWith('--'));
const only = words.find((word) => word.startsWith('--only='))?.slice('--only='.length);
const compiled = fileURLToPath(new URL('../build/test/', import.meta.url));
const sources = fileURLToPath(new URL('../test/', import.meta.url));

const files = (suites.length === 0 ? ['build', 'unit'] : suites)
  .flatMap((suite) => (folders[suite] ?? [suite]).flatMap((folder) => testFiles(folder)))
  .filter(({ path }) => only === undefined || path.includes(only));
if (files.length === 0) {
  console.error('no test files: run `npx tsc` first, and name suites of', Object.keys(folders).join(', '));
  process.exit(2);
}

// What they start is what users get.
await writeBundle();

keepInMemory();

const seconds = new Map();
/** What its tests came to, by job. */
const results = new Map();
let programs;
const jobs = [
  ...files.filter(({ suite }) => suite !== 'unit'),
  ...roomsOf(files.filter(({ suite }) => suite === 'unit')),
].sort((a, b) => rank(a) - rank(b));
// Whole builds share a network and a disk, of which more cores make no more. With a third lane beside them a run on two cores
// took hardly less, and tests that look at how soon something ends no longer kept their time.
const lanes = jobs.some(({ suite }) => suite === 'live') ? 2 : availableParallelism();
await runSideBySide(jobs, lanes);

const hasFailed = (job) => results.get(job).failed > 0;
const failing = jobs.filter(hasFailed);
// Of many, chance is not the reason.
const doubted = words.includes('--again') && failing.length <= 3 ? failing : [];
await runSideBySide(doubted, 1);
for (const job of doubted.filter((one) => !hasFailed(one))) {
  console.log(`passed only when it was run again, alone: ${job.suite}/${job.name}`);
}

const longest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, 10);
console.log(`the longest: ${longest.map(([name, took]) => `${name} ${took.toFixed(0)} s`).join(', ')}`);
const all = [...results.values()];
const sum = (outcome) => all.reduce((total, one) => total + one[outcome], 0);
const count = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
for (const skip of all.flatMap(({ skips }) => skips)) console.log(`skipped: ${skip}`);
const failed = count.failed + (words.includes('--no-skips') ? count.skipped : 0);
console.log(`${count.passed} passed, ${failed} failed, ${count.skipped} skipped`);
const report = words.find((word) => word.startsWith('--report='))?.slice('--report='.length);
if (report !== undefined) writeFileSync(report, JSON.stringify({ ...count, failed }));
process.exitCode = failed > 0 ? 1 : 0;

function isEngines({ suite }) {
  return suite === 'engines';
}

/** For users of any kind, as /tmp is. */
function keepInMemory() {
  // Ordinary users run fewer tests, on what their machine has.
  if (process.geteuid() !== 0) return;
  const memory = '/dev/shm';
  const [, options] = / \/dev\/shm (\S+) /.exec(readFileSync('/proc/self/mountinfo', 'utf8')) ?? [];
  if (options === undefined || /noexec|nosuid|nodev|\bro\b/.test(options)) return;
  // Others' memory may be the same, and their processes not.
  const [processes] = /\d+/.exec(readlinkSync('/proc/self/ns/pid'));
  const prefix = `targetry-${processes}-`;
  for (const name of readdirSync(memory).filter((one) => one.startsWith(prefix))) {
    const [pid] = name.slice(prefix.length).split('-');
    if (!existsSync(`/proc/${pid}`)) remove(join(memory, name));
  }
  const { bavail, bsize } = statfsSync(memory);
  const plenty = 14 * 2 ** 30;
  // Overlays of the ordinary users of tests need attributes that files in memory have since Linux 6.6.
  const [major, minor] = release().split('.').map(Number);
  if (Math.min(freemem(), bavail * bsize) < plenty || major * 100 + minor < 606) return;
  const folder = mkdtempSync(join(memory, `${prefix}${process.pid}-`));
  chmodSync(folder, 0o1777);
  process.env['TMPDIR'] = folder;
  process.on('exit', () => remove(folder));
}

function remove(folder) {
  try {
    // Of what was killed something may be mounted still, which isn't its own.
    if (readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${folder}/`)) throw new Error('mounted');
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    console.error(`${folder} is left: ${error.message}`);
  }
}

async function runSideBySide(chosen, most) {
  const withDaemons = chosen.filter(isEngines);
  const others = chosen.filter((job) => !isEngines(job));
  let mayBegin = withDaemons.length === 0;
  const begins = mayBegin ? undefined : (programs ??= makeDaemons()).then(() => (mayBegin = true));
  let hasDaemons = false;
  const next = () => (mayBegin && !hasDaemons ? (withDaemons.shift() ?? others.shift()) : others.shift());
  const lane = async () => {
    for (;;) {
      const job = next();
      if (job === undefined && mayBegin) return;
      if (job === undefined) await begins;
      else if (isEngines(job)) {
        hasDaemons = true;
        await runJob(job);
        hasDaemons = false;
      } else await runJob(job);
    }
  };
  await Promise.all(Array.from({ length: most }, lane));
}

/** Ends when all are compiled; what can't be, its tests tell. */
async function makeDaemons() {
  const program = join(compiled, 'engines/make-programs.js');
  const making = spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'inherit'] });
  setPriority(making.pid, 5);
  await once(making, 'close');
}

/** In a process of its own; what it tells comes at its end, so that it stands together. */
async function runJob(job) {
  const { path, suite, name } = job;
  const result = { passed: 0, failed: 0, skipped: 0, skips: [] };
  results.set(job, result);
  const began = performance.now();
  const isShort = suite === 'unit' || suite === 'tidy';
  const stream = run({ files: [path], timeout: isShort ? 300_000 : 1_800_000 });
  stream.on('test:pass', (data) => tally(result, data, 'passed'));
  stream.on('test:fail', (data) => tally(result, data, 'failed'));
  const told = [];
  for await (const text of stream.compose(withoutTotals).compose(spec)) told.push(text);
  const took = (performance.now() - began) / 1000;
  seconds.set(`${suite}/${name}`, took);
  process.stdout.write(`${suite}/${name}, ${took.toFixed(1)} s\n${told.join('')}`);
}

async function* withoutTotals(events) {
  for await (const event of events) {
    const { type, data } = event;
    if (type !== 'test:diagnostic' || data.nesting > 0 || !totals.test(data.message)) yield event;
  }
}

/** Unit tests of one folder share a process: to start one takes longer than most of their files. */
function roomsOf(tests) {
  const names = new Set(tests.map(({ path }) => dirname(path)));
  return [...names].map((folder) => {
    const name = relative(join(compiled, 'unit'), folder).replaceAll('/', '-');
    const paths = tests.filter(({ path }) => dirname(path) === folder).map(({ path }) => path);
    return { path: oneOf(paths, name), suite: 'unit', name };
  });
}

function oneOf(paths, name) {
  if (paths.length === 1) return paths[0];
  const folder = join(compiled, 'rooms');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${name}.js`),
    paths.map((path) => `import ${JSON.stringify(path)};\n`).join(''),
  );
  return join(folder, `${name}.js`);
}

function rank({ suite, name }) {
  const at = long.indexOf(`${suite}/${name}`);
  return at < 0 ? long.length : at;
}

function tally(result, data, outcome) {
  if (data.details?.type === 'suite' && outcome === 'passed') return;
  if (data.skip !== undefined) {
    result.skipped++;
    result.skips.push(
      `${data.name}: ${data.skip === true || data.skip === '' ? 'no reason given' : data.skip}`,
    );
  } else {
    result[outcome]++;
  }
}

function testFiles(suite) {
  const folder = join(compiled, suite);
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.js'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter(hasSource)
    .sort()
    .map((path) => ({ path, suite, name: basename(path, '.test.js') }));
}

/** What was compiled from a test that was renamed or removed since stays in the folder. */
function hasSource(path) {
  return existsSync(join(sources, relative(compiled, path).replace(/\.js$/, '.ts')));
}
