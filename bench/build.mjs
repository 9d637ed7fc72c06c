// What a build costs besides its commands: 200 steps that do nothing, beside bubblewrap doing the same; a build of 20
// targets with nothing changed; and one changed file of 20,000.
//
//   node bench/build.mjs
//
// It needs a Debian mirror once, and for the comparison bubblewrap (`apt-get install bubblewrap`). Its store stays in the
// folder for temporary files. Steps and bubblewrap may use all cores, so times are of the wall, divided by the number.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../build/src/cli/main.js', import.meta.url));
const store = join(tmpdir(), 'targetry-bench-build');
const folder = mkdtempSync(join(tmpdir(), 'targetry-bench-'));
const rounds = 5;
const cores = availableParallelism();
const [targets, stepsOfEach] = [20, 10];
const steps = targets * stepsOfEach;

try {
  stepsAndTargets(join(folder, 'steps'));
  manyFiles(join(folder, 'files'));
} finally {
  rmSync(folder, { recursive: true });
}

function stepsAndTargets(project) {
  mkdirSync(project);
  const build = (run) => {
    const named = Array.from(
      { length: targets },
      (_, index) => `  t${index}: { environment: base, arch: x64 }`,
    );
    const each = Array.from(
      { length: stepsOfEach },
      (_, index) => `  - { name: s${index}, run: "true # ${run}" }`,
    );
    writeProject(project, [...named, 'steps:', ...each]);
    return timeOf(() => targetry(project));
  };
  // The root and the program that starts steps are made once, and not counted.
  build('warm');
  const unchanged = best(() => build('warm'));
  const cold = best(() => build(`${Date.now()}`));
  tell(`${steps} steps that do nothing`, `${((cold - unchanged) / steps).toFixed(1)} ms a step`);
  tell('the same with bubblewrap alone', bubblewrap());
  tell(`${targets} targets, nothing changed`, `${unchanged.toFixed(0)} ms`);
}

/** Without an overlay, which it doesn't know everywhere, and nothing kept. */
function bubblewrap() {
  const [root] = readdirSync(join(store, 'roots'));
  const options = `--unshare-all --die-with-parent --ro-bind ${join(store, 'roots', root, 'fs')} / --dev /dev --proc /proc --tmpfs /tmp true`;
  const run = () =>
    spawnSync('xargs', ['-P', String(cores), '-I{}', 'sh', '-c', `bwrap ${options}`], {
      input: Array.from({ length: steps }, (_, index) => `${index}\n`).join(''),
      encoding: 'utf8',
    });
  if (run().status !== 0) return 'not here: apt-get install bubblewrap';
  return `${(best(() => timeOf(run)) / steps).toFixed(1)} ms`;
}

function manyFiles(project) {
  mkdirSync(project);
  writeProject(project, [
    '  one: { environment: base, arch: x64 }',
    'steps:',
    '  - { name: one, run: "true" }',
  ]);
  const [folders, files] = [100, 200];
  for (let at = 0; at < folders; at++) {
    mkdirSync(join(project, `f${at}`));
    for (let file = 0; file < files; file++)
      writeFileSync(join(project, `f${at}`, `${file}.c`), `int f${at}_${file};\n`.repeat(100));
  }
  const first = timeOf(() => targetry(project));
  const changed = best(() => {
    appendFileSync(join(project, 'f7/7.c'), '\n');
    return timeOf(() => targetry(project));
  });
  tell(`the first build of ${folders * files} files`, `${first.toFixed(0)} ms`);
  tell('the next, with one of them changed', `${changed.toFixed(0)} ms`);
}

function writeProject(project, lines) {
  writeFileSync(join(project, 'note'), 'something to bring out\n');
  const head = ['name: bench', 'environments:', '  base: { debian: bookworm, packages: [] }', 'targets:'];
  writeFileSync(
    join(project, 'targetry.yaml'),
    [...head, ...lines, 'artifacts:', '  - { path: note, as: "{target}", kind: file }', ''].join('\n'),
  );
}

function targetry(project) {
  const env = { ...process.env, TARGETRY_STORE: store };
  const args = [main, 'build', '-C', project, '--progress', 'quiet'];
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

function timeOf(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function best(time) {
  return Math.min(...Array.from({ length: rounds }, time));
}

function tell(what, figure) {
  console.log(`${what.padEnd(40)} ${figure}`);
}
