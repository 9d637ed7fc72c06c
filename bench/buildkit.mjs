// What our client of BuildKit costs beside Go's, in one run on one daemon: a build with nothing to do, sending 20,000 files
// first and after one was changed, and marshalling graphs.
//
// It needs root, runc and Go: the daemon and buildctl are those of the tests, but optimized, as they are released.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../build/src/base/sha256.js';
import { readAddress } from '../build/src/engines/buildkit/address.js';
import { createBuildKitEngine } from '../build/src/engines/buildkit/engine.js';
import { graphOf, marshalDefinition, scratch, source } from '../build/src/graph/index.js';
import { Store } from '../build/src/store/store.js';
import { Daemon } from '../build/test/engines/daemons.js';
import { buildkitProgram, goProgram, Missing, newestVersion } from '../build/test/engines/go-programs.js';
import { benchStore, median, medianTime, tell, tellMissing, tellVersion, timeOf } from './figures.mjs';

const main = fileURLToPath(new URL('../build/bundle/targetry.js', import.meta.url));
const buildxVersion = '0.29.1';
const rounds = 9;
const firstRounds = 5;
const files = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'targetry-bench-'));
const ends = [() => rmSync(folder, { recursive: true })];

try {
  const buildctl = await buildkitProgram('buildctl', newestVersion, 'optimized');
  tellVersion('buildctl', newestVersion);
  const daemon = await Daemon.start('newest', (end) => ends.push(end), { compiled: 'optimized' });
  const store = await Store.open(join(folder, 'store'));
  const ours = createBuildKitEngine({ address: readAddress(daemon.address, {}), store, env: {} });
  const goBuild = (graph, ...more) =>
    execFileSync(buildctl, ['--addr', daemon.address, 'build', '--progress=plain', ...more], {
      input: marshalDefinition(graph),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  await nothingToDo(ours, goBuild);
  await nothingToDoInNewProcess(daemon.address);
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

/** As a command is felt: a project of one step, by each one's own kind of file. */
async function nothingToDoInNewProcess(address) {
  const buildx = await goProgram('github.com/docker/buildx', 'buildx', buildxVersion, 'optimized');
  tellVersion('buildx', buildxVersion);
  const env = { ...process.env, BUILDX_CONFIG: join(folder, 'buildx'), TARGETRY_STORE: benchStore };
  const run = (program, args) =>
    execFileSync(program, args, { env, cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'hello.c'), 'int main(void) { return 0; }');
  writeFileSync(
    join(project, 'targetry.yaml'),
    `name: hello
version: 1
environments: { root: { debian: bookworm } }
targets: { linux-x64-gnu: { environment: root, arch: x64 } }
steps: [{ name: count, run: wc -c <hello.c >size }]
artifacts: [{ path: size, kind: file }]
`,
  );
  writeFileSync(join(project, 'Dockerfile'), 'FROM scratch\nCOPY hello.c /hello.c\n');
  run(buildx, ['create', '--name', 'bench', '--driver', 'remote', address]);
  const theirs = ['build', '--builder', 'bench', '--output', 'type=local,dest=out', project];
  const own = [main, 'build', '-C', project, '--buildkit-addr', address, '--progress', 'quiet'];
  await tellBoth('a build with nothing to do, by the command', rounds, {
    peer: 'docker buildx, whose Dockerfile only copies',
    ours: () => run(process.execPath, own),
    theirs: () => run(buildx, theirs),
  });
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
    theirs: (round) => goSend(`first${round}`),
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
    theirs: () => goSend('first0'),
  });
}

/** By turns, because the disk is slower at one time than at another. */
async function tellBoth(what, times, { ours, theirs, peer = 'buildctl' }) {
  const [our, their] = [[], []];
  for (let round = -1; round < times; round++) {
    const own = await timeOf(() => ours(round));
    const peers = await timeOf(() => theirs(round));
    // The first time is for whatever either keeps.
    if (round < 0) continue;
    our.push(own);
    their.push(peers);
  }
  tell({ what, value: median(our), unit: 'ms', peer: { name: peer, value: median(their) } });
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
