// What our client of BuildKit costs beside Go's, in one run on one daemon: a build with nothing to do, sending 20,000 files
// first and after one was changed, and marshalling graphs.
//
//   npx tsc && node bench/buildkit.mjs
//
// It needs root, runc and Go: the daemon and buildctl are those of the tests.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../build/src/base/sha256.js';
import { readAddress } from '../build/src/engines/buildkit/address.js';
import { createBuildKitEngine } from '../build/src/engines/buildkit/engine.js';
import { graphOf, marshalDefinition, scratch, source } from '../build/src/graph/index.js';
import { Store } from '../build/src/store/store.js';
import { Daemon } from '../build/test/engines/daemons.js';
import { buildkitProgram, newestVersion } from '../build/test/engines/go-programs.js';

const rounds = 9;
const files = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'targetry-bench-'));
const ends = [() => rmSync(folder, { recursive: true })];

try {
  const buildctl = await buildkitProgram('buildctl', newestVersion);
  const daemon = await Daemon.start('newest', (end) => ends.push(end));
  const store = await Store.open(join(folder, 'store'));
  const ours = createBuildKitEngine({ address: readAddress(daemon.address, {}), store, env: {} });
  const goBuild = (graph, ...more) =>
    execFileSync(buildctl, ['--addr', daemon.address, 'build', '--progress=plain', ...more], {
      input: marshalDefinition(graph),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  await nothingToDo(ours, goBuild);
  await manyFiles(ours, goBuild);
  for (const nodes of [1000, 10_000]) marshalling(nodes);
} finally {
  for (const end of ends.reverse()) await end();
}

async function nothingToDo(ours, goBuild) {
  const graph = graphOf([scratch().mkdir('/a').mkfile('/a/b', 'text').mkdir('/c').rm('/a')]);
  const request = { inputs: new Map(), exports: [], signal: new AbortController().signal };
  tell('nothing to do, ours, warm process', await median(() => drain(ours.solve(graph, request))));
  tell('nothing to do, buildctl', await median(() => goBuild(graph)));
}

async function manyFiles(ours, goBuild) {
  const place = join(folder, 'source');
  const entries = [];
  for (let index = 0; index < files; index++) {
    const path = `d${index % 200}/f${index}`;
    if (index < 200) {
      mkdirSync(join(place, `d${index}`), { recursive: true });
      entries.push({ type: 'folder', path: `d${index}` });
    }
    writeFileSync(join(place, path), `${index} ${'x'.repeat(index % 2000)}`);
    entries.push({
      type: 'file',
      path,
      executable: false,
      sha256: sha256(`${index} ${'x'.repeat(index % 2000)}`),
    });
  }
  entries.sort((a, b) => (a.type === b.type ? 0 : a.type === 'folder' ? -1 : 1));
  const name = 'targetry.folder://source';
  const graph = graphOf([scratch().copy(source(name), '/d0', '/d0')]);
  const send = (key) => {
    const input = { kind: 'folder', key, folder: place, entries };
    return drain(
      ours.solve(graph, {
        inputs: new Map([[name, input]]),
        exports: [],
        signal: new AbortController().signal,
      }),
    );
  };
  tell(`${files} files, ours, first`, await timeOf(() => send('1')));
  const sent = graphOf([scratch().copy(source('local://source'), '/d0', '/d0')]);
  const goSend = () => goBuild(sent, '--local', `source=${place}`);
  tell(`${files} files, buildctl, first`, await timeOf(goSend));
  writeFileSync(join(place, 'd0/f0'), 'changed');
  utimesSync(join(place, 'd0/f0'), 1, 1);
  entries.find(({ path }) => path === 'd0/f0').sha256 = sha256('changed');
  tell(`${files} files, ours, one changed`, await timeOf(() => send('2')));
  tell(`${files} files, buildctl, one changed`, await timeOf(goSend));
}

function marshalling(nodes) {
  const times = Array.from({ length: 5 }, () => {
    let state = scratch();
    const started = performance.now();
    for (let index = 0; index < nodes; index++) state = state.mkfile(`/f${index}`, 'text');
    marshalDefinition(graphOf([state]));
    return performance.now() - started;
  });
  tell(`a graph of ${nodes} operations, made and marshalled`, middle(times));
}

async function drain(events) {
  for await (const _ of events);
}

async function timeOf(run) {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

async function median(run) {
  await run();
  const times = [];
  for (let round = 0; round < rounds; round++) times.push(await timeOf(run));
  return middle(times);
}

function middle(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

function tell(what, milliseconds) {
  console.log(`${what.padEnd(60)} ${milliseconds.toFixed(0)} ms`);
}
