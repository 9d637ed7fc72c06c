// What our client of BuildKit costs beside Go's, in one run on one daemon: a build with nothing to do, sending 20,000 files
// first and after one was changed, and marshalling graphs.
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
import { buildkitProgram, Missing, newestVersion } from '../build/test/engines/go-programs.js';
import { median, medianTime, tell, tellMissing, tellVersion, timeOf } from './figures.mjs';

const rounds = 9;
const firstRounds = 5;
const files = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'targetry-bench-'));
const ends = [() => rmSync(folder, { recursive: true })];

try {
  const buildctl = await buildkitProgram('buildctl', newestVersion);
  tellVersion('buildctl', newestVersion);
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
  for (const nodes of [1000, 10_000]) await marshalling(nodes);
} catch (error) {
  if (!(error instanceof Missing)) throw error;
  tellMissing(error.message);
} finally {
  for (const end of ends.reverse()) await end();
}

async function nothingToDo(ours, goBuild) {
  const graph = graphOf([scratch().mkdir('/a').mkfile('/a/b', 'text').mkdir('/c').rm('/a')]);
  const request = { inputs: new Map(), exports: [], signal: new AbortController().signal };
  const value = await medianTime(rounds, () => drain(ours.solve(graph, request)));
  // Go's client is a program, and starting it is a part of what it takes.
  const peer = { name: 'buildctl', value: await medianTime(rounds, () => goBuild(graph)) };
  tell({ what: 'a build with nothing to do, in a process that is there', value, unit: 'ms', peer });
}

function graphFrom(identifier) {
  return graphOf([scratch().copy(source(identifier), '/d0', '/d0')]);
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
  const send = (name, key) => {
    const input = { kind: 'folder', key, folder: place, entries };
    const identifier = `targetry.folder://${name}`;
    const request = {
      inputs: new Map([[identifier, input]]),
      exports: [],
      signal: new AbortController().signal,
    };
    return drain(ours.solve(graphFrom(identifier), request));
  };
  const goSend = (name) => goBuild(graphFrom(`local://${name}`), '--local', `${name}=${place}`);
  // Under each new name the daemon has nothing to compare with.
  await tellBoth(`${files} files sent for the first time`, firstRounds, {
    ours: (round) => send(`first${round}`, '0'),
    go: (round) => goSend(`first${round}`),
  });
  let turn = 0;
  const change = () => {
    const text = `changed ${++turn}`;
    writeFileSync(join(place, 'd0/f0'), text);
    utimesSync(join(place, 'd0/f0'), turn, turn);
    entries.find(({ path }) => path === 'd0/f0').sha256 = sha256(text);
  };
  await tellBoth(`${files} files sent, one of them changed`, rounds, {
    ours: (round) => {
      change();
      return send('first0', `${round + 1}`);
    },
    go: () => goSend('first0'),
  });
}

/** By turns, because the disk is slower at one time than at another. */
async function tellBoth(what, times, { ours, go }) {
  const [our, gos] = [[], []];
  for (let round = 0; round < times; round++) {
    our.push(await timeOf(() => ours(round)));
    gos.push(await timeOf(() => go(round)));
  }
  tell({ what, value: median(our), unit: 'ms', peer: { name: 'buildctl', value: median(gos) } });
}

async function marshalling(nodes) {
  const value = await medianTime(5, () => {
    let state = scratch();
    for (let index = 0; index < nodes; index++) state = state.mkfile(`/f${index}`, 'text');
    marshalDefinition(graphOf([state]));
  });
  tell({ what: `a graph of ${nodes} operations, made and marshalled`, value, unit: 'ms' });
}

async function drain(events) {
  for await (const _ of events);
}
