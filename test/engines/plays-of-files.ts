/** What operations leave of files, byte for byte. */
import { copies, copyOfNamedOwner, laidOver, madeFiles, removedFiles } from '../file-operations.ts';
import { listing, step, type Scene } from '../engine-scene.ts';
import { sourceTime } from '../../src/engines/source-time.ts';
import { merge, scratch, source, type State } from '../../src/graph/index.ts';
import { seen, type Play } from './play.ts';

type Listings = Readonly<Record<string, readonly string[]>>;

/** All but the clock: what was made in a build is of that day, or of the one day of all. */
async function shown(scene: Scene, state: State): Promise<readonly string[]> {
  const lines = await listing(scene, state);
  return lines.length === 0 ? ['nothing'] : lines.map((line) => line.replace(` ${sourceTime} `, ' now '));
}

async function listings(scene: Scene, states: Readonly<Record<string, State>>): Promise<Listings> {
  const all: [string, readonly string[]][] = [];
  for (const [name, state] of Object.entries(states)) {
    all.push([name, await shown(scene, state)]);
  }
  return Object.fromEntries(all);
}

const files = source('targetry.folder://source');

export const playsOfFiles: readonly Play[] = [
  { name: 'makes folders and files with mode and owner', play: (scene) => shown(scene, madeFiles()) },
  { name: 'makes files of one day', play: (scene) => listing(scene, scratch().mkdir('/a').mkfile('/b', '')) },
  {
    name: 'copies a file, a folder, a link, or what a name stands for',
    play: (scene) => {
      const { file, intoFolder, folder, wildcard, link, followed } = copies(scene.root);
      return listings(scene, { file, intoFolder, folder, wildcard, link, followed });
    },
  },
  {
    name: 'copies with another owner, time and mode',
    play: (scene) => shown(scene, copies(scene.root).dressed),
  },
  {
    name: 'copies what patterns choose',
    play: (scene) => {
      const { contents, deep, folderIntoExisting } = copies(scene.root);
      return listings(scene, { contents, deep, folderIntoExisting });
    },
  },
  {
    name: 'looks an owner up in the root that is copied to',
    play: (scene) => seen(scene, [step(copyOfNamedOwner(scene.root), 'stat -c %U:%G /named')]),
  },
  { name: 'removes what patterns choose', play: (scene) => shown(scene, removedFiles()) },
  {
    name: 'removes a link, not what it names',
    play: (scene) => {
      const made = step(scene.root, 'mkdir /keep; echo x >/keep/file; ln -s /keep /link', { name: 'make' });
      const removed = made.rm('/link').rm('/etc');
      return seen(scene, [step(removed, 'ls -d /etc/passwd /link /keep/file 2>/dev/null || true')]);
    },
  },
  {
    name: 'lays states over each other, and works out differences',
    play: (scene) => {
      const { differenceOfTwin: _, ...others } = laidOver();
      return listings(scene, others);
    },
  },
  {
    name: 'leaves out of a difference what is the same, also where it was made twice',
    play: (scene) => shown(scene, laidOver().differenceOfTwin),
  },
  {
    name: 'runs on states that were laid over each other',
    play: (scene) => {
      const tools = step(scene.root, 'mkdir -p /opt/tool; echo tool >/opt/tool/run; rm /etc/motd', {
        name: 'tools',
      });
      const all = merge([scene.root, scratch().mkfile('/made', 'made\n'), tools]);
      return seen(scene, [step(all, 'cat /made /opt/tool/run; ls /etc/motd 2>/dev/null || echo gone')]);
    },
  },
  {
    name: "brings the project's files with their modes, all of one time",
    files: { 'run.sh': '#!/bin/sh\necho run\n', 'deep/data': 'data', 'deep/er/ümlaut ☃': '' },
    play: (scene) => {
      const look = 'find . -mindepth 1 -exec stat -c "%A %u:%g %Y %n" {} + | sort; ./run.sh';
      return seen(scene, [step(scene.withSource, look, { cwd: '/src' })]);
    },
  },
  {
    name: 'brings a part of the project, and copies behind links',
    files: { 'a.sh': 'a', 'deep/b': 'b', 'deep/c': 'c' },
    play: (scene) => {
      const start = step(scene.root, 'ln -s /real/place /link; mkdir -p /home/guest; chown 405 /home/guest', {
        name: 'start',
      });
      const copied = start
        .copy(files, '/deep/b', '/one')
        .copy(files, '/', '/link', { contentsOnly: true, makeParents: true })
        .copy(files, '/', '/home/guest/src', { contentsOnly: true, makeParents: true });
      const look = 'cat /one /real/place/a.sh /home/guest/src/deep/c; stat -c %u /home/guest';
      return seen(scene, [step(copied, look)]);
    },
  },
  {
    name: 'sends what was changed in a file, though it is no longer than before',
    files: { 'one/a': '1', 'two/b': '1' },
    play: async (scene) => {
      const both = step(scene.withSource, 'cat /src/*/* >/both');
      const before = await seen(scene, [both], { paths: ['/both'] });
      scene.files = { 'one/a': '2', 'two/b': '1' };
      return [before, await seen(scene, [both], { paths: ['/both'] })];
    },
  },
  {
    name: 'tells what can not be done to files',
    play: async (scene) => {
      const wrong = {
        copy: scene.root.copy(scene.root, '/nope', '/x'),
        wildcard: scene.root.copy(scene.root, '/n*', '/x', { wildcard: true }),
        contents: scene.root.copy(scene.root, '/home', '/etc/passwd', { contentsOnly: true }),
        mkdir: scene.root.mkdir('/a/b'),
        rm: scene.root.rm('/nope'),
        owner: scene.root.mkfile('/x', '', { owner: { user: 'nobody-there' } }),
      };
      const told: [string, string | undefined][] = [];
      for (const [name, state] of Object.entries(wrong))
        told.push([name, (await seen(scene, [step(state, ':')])).error]);
      return Object.fromEntries(told);
    },
  },
];
