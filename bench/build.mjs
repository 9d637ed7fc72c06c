// What a build costs besides its commands: 200 steps that do nothing, beside bubblewrap doing the same; a build of 20
// targets with nothing changed; one changed file of 20,000; and how soon it ends when it is interrupted.
//
// It needs a Debian mirror once, and for the comparison bubblewrap (`apt-get install bubblewrap`). Its store stays in the
// folder for temporary files. Steps and bubblewrap may use all cores, so times are of the wall, divided by the number.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchStore, median, medianTime, tell, tellPeer, timeOf } from './figures.mjs';

const main = fileURLToPath(new URL('../build/bundle/targetry.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'targetry-bench-'));
const rounds = 5;
const cores = availableParallelism();
const [targets, stepsOfEach] = [20, 10];
const steps = targets * stepsOfEach;

try {
  await stepsAndTargets(join(folder, 'steps'));
  await manyFiles(join(folder, 'files'));
  await interrupted(join(folder, 'long'));
} finally {
  rmSync(folder, { recursive: true });
}

async function stepsAndTargets(project) {
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
    targetry(project);
  };
  // The root and the program that starts steps are made once, and not counted.
  build('warm');
  const unchanged = await medianTime(rounds, () => build('warm'));
  let turn = 0;
  const cold = await medianTime(rounds, () => build(`${Date.now()} ${turn++}`));
  const each = (cold - unchanged) / steps;
  const peer = { name: 'bubblewrap', value: await bubblewrap() };
  tell({ what: `a step that does nothing, of ${steps}`, value: each, unit: 'ms', peer });
  tell({ what: `${targets} targets of ${stepsOfEach} steps, nothing changed`, value: unchanged, unit: 'ms' });
}

/** Milliseconds a step, without an overlay, which it doesn't know everywhere, and nothing kept. */
async function bubblewrap() {
  if (!tellPeer('bubblewrap', 'bwrap')) return undefined;
  const [root] = readdirSync(join(benchStore, 'roots'));
  const options = `--unshare-all --die-with-parent --ro-bind ${join(benchStore, 'roots', root, 'fs')} / --dev /dev --proc /proc --tmpfs /tmp true`;
  const run = () =>
    spawnSync('xargs', ['-P', String(cores), '-I{}', 'sh', '-c', `bwrap ${options}`], {
      input: Array.from({ length: steps }, (_, index) => `${index}\n`).join(''),
      encoding: 'utf8',
    });
  const { status, stderr } = run();
  if (status !== 0) throw new Error(stderr);
  return (await medianTime(rounds, run)) / steps;
}

async function manyFiles(project) {
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
  const first = await timeOf(() => targetry(project));
  const changed = await medianTime(rounds, () => {
    appendFileSync(join(project, 'f7/7.c'), '\n');
    targetry(project);
  });
  tell({ what: `the first build of ${folders * files} files`, value: first, unit: 'ms' });
  tell({ what: 'the next, with one of them changed', value: changed, unit: 'ms' });
}

/** From Ctrl-C, while each target sleeps in a step, until the command is gone, with all that it started. */
async function interrupted(project) {
  mkdirSync(project);
  const named = Array.from({ length: cores }, (_, index) => `  t${index}: { environment: base, arch: x64 }`);
  writeProject(project, [...named, 'steps:', '  - { name: asleep, run: "echo asleep >&2; sleep 1000" }']);
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const args = [main, 'build', '-C', project, '--progress', 'plain'];
    const env = { ...process.env, TARGETRY_STORE: benchStore };
    const build = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    await new Promise((resolve, reject) => {
      build.once('exit', () => reject(new Error(told)));
      build.stderr.setEncoding('utf8').on('data', (text) => {
        told += text;
        if (told.split('| asleep\n').length > cores) resolve();
      });
    });
    times.push(
      await timeOf(async () => {
        build.kill('SIGINT');
        await once(build, 'exit');
      }),
    );
  }
  tell({ what: 'a build interrupted, until it is gone', value: median(times), unit: 'ms' });
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
  const env = { ...process.env, TARGETRY_STORE: benchStore };
  const args = [main, 'build', '-C', project, '--progress', 'quiet'];
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
