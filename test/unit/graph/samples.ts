import type { Platform } from '../../../src/graph/graph.ts';
import { diff, merge, scratch, source } from '../../../src/graph/sources.ts';
import type { RunOptions, State } from '../../../src/graph/state.ts';

const amd64: Platform = { os: 'linux', architecture: 'amd64' };
const armv7: Platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
const noon = new Date('2024-02-29T12:00:00.500Z');

const alpine = (platform = amd64) => source('docker-image://docker.io/library/alpine:3.20', { platform });
const folder = source('targetry.folder://source').platform(amd64);
const other = source('targetry.folder://other');
const sh = (script: string): Pick<RunOptions, 'args' | 'network'> => ({
  args: ['/bin/sh', '-eu', '-c', script],
  network: 'sandbox',
});

/** The graphs of test/oracle/llb/main.go, under the same names. */
export const samples: Readonly<Record<string, State>> = {
  source: folder,
  'source attributes': source('example.scheme://a', {
    attributes: { '😀': 'astral', z: 'last', '～': 'bmp', a: 'first', é: '' },
  }),
  image: alpine(),
  'image arm/v7': alpine(armv7),
  run: alpine()
    .run({
      ...sh('make'),
      cwd: '/src',
      env: { PATH: '/bin', A: '1' },
      user: 'build:users',
      name: 'make',
    })
    .root(),
  'run without network': alpine()
    .target('musl')
    .run({ ...sh('true'), network: 'none', name: 'true' })
    .root(),
  'run on scratch': scratch(amd64)
    .run({ args: ['/init', '', 'ü'], network: 'sandbox', name: 'init' })
    .root(),
  'run arm/v7': alpine(armv7)
    .run({ ...sh('true'), name: 'true' })
    .root(),
  mounts: alpine()
    .run({
      ...sh('true'),
      name: 'mounts',
      mounts: {
        '/tmp/big': { tmpfs: true, size: 8 * 2 ** 30 },
        '/tmp': { tmpfs: true },
        '/cache/c': { cache: 'c', sharing: 'private', initial: other },
        '/cache/b': { cache: 'b', sharing: 'locked' },
        '/cache/a': { cache: 'a' },
        '/empty': { from: scratch() },
        '/in': { from: folder, readonly: true, selector: '/sub' },
        '/work': { from: folder },
      },
    })
    .root(),
  'output of a mount': alpine()
    .run({
      ...sh('true'),
      name: 'mounts',
      mounts: { '/out': { from: other }, '/b': { from: folder, readonly: true } },
    })
    .mount('/out'),
  'read-only root': alpine()
    .run({ ...sh('true'), name: 'true', readonlyRoot: true, mounts: { '/out': { from: scratch() } } })
    .mount('/out'),
  secrets: alpine()
    .run({
      ...sh('true'),
      name: 'secrets',
      mounts: {
        '/run/secrets/b': { secret: 'b', uid: 1000, gid: 100, mode: 0o440, optional: true },
        '/run/secrets/a': { secret: 'a' },
      },
      secretEnv: { TOKEN: { id: 'token', optional: true }, NPM_TOKEN: 'npm' },
    })
    .root(),
  agents: alpine()
    .run({
      ...sh('true'),
      name: 'agents',
      env: { SSH_AUTH_SOCK: '/run/agent' },
      mounts: {
        '/run/agent': { ssh: 'default' },
        '/run/other': { ssh: 'other', uid: 1000, gid: 100, mode: 0o660, optional: true },
        '/run/token': { secret: 'token' },
      },
    })
    .root(),
  copy: alpine().copy(folder, '/', '/src'),
  'copy to scratch': scratch()
    .copy(folder, 'a/../b/', 'dir/', { name: 'copy' })
    .copy(folder, '/x', '/y/.', { name: 'copy' }),
  'copy onto itself': folder.copy(folder, '/a', '/b', { name: 'copy' }),
  'copy with options': alpine().copy(folder, '/*.c', '/src/', {
    name: 'copy',
    mode: 0o640,
    followLinks: true,
    contentsOnly: true,
    makeParents: true,
    wildcard: true,
    allowEmpty: true,
    owner: { user: 'build', group: 0 },
    modified: noon,
  }),
  'copy with patterns': alpine().copy(folder, '/', '/src', {
    name: 'copy',
    include: ['*.c', 'b/**'],
    exclude: ['a'],
    replace: true,
  }),
  mkdir: alpine()
    .mkdir('/a')
    .mkdir('/b/c', { mode: 0o1700, makeParents: true, owner: { user: 0, group: 1000 }, modified: noon }),
  mkfile: scratch()
    .mkfile('/a', 'text\n')
    .mkfile('/empty', '', { mode: 0, owner: { user: 'build' } }),
  'mkfile for a named owner on scratch': scratch().mkfile('/a', Uint8Array.of(0, 255), {
    name: 'mkfile',
    owner: { user: 'a', group: 'b' },
  }),
  rm: alpine().rm('/etc/motd').rm('/var/*/', { allowMissing: true, wildcard: true, name: 'rm' }),
  'several actions': alpine().file((change) =>
    change
      .mkdir('/a', { mode: 0o700 })
      .mkfile('/a/b', 'b', { mode: 0o600 })
      .copy(folder, '/', '/a/c')
      .rm('/a/b')
      .mkdir('/a/d', { owner: { user: 'build' } }),
  ),
  merge: merge([alpine(), folder, other, folder]),
  diff: diff(
    alpine(),
    alpine()
      .run({ ...sh('true'), name: 'true' })
      .root(),
  ),
  'diff to scratch': diff(alpine(), scratch()),
  'the same twice': merge([
    alpine()
      .run({ ...sh('true'), name: 'true' })
      .root(),
    alpine()
      .run({ ...sh('true'), name: 'true' })
      .root(),
  ]),
};
