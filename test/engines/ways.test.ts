/** Daemons that are reached through something else: a container of Docker's, a machine behind ssh, a pod. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/engine.ts';
import { Failure } from '../../src/report/failure.ts';
import { minirootfs, noScene, Scene } from '../engine-scene.ts';
import { Daemon, unlessMissing } from './daemons.ts';
import { buildkitProgram, newestVersion } from './go-programs.ts';
import { freePort } from './tls.ts';

describe('a daemon elsewhere', { skip: noScene, timeout: 120_000 }, () => {
  const ends: (() => Promise<void>)[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'targetry-ways-'));
  let daemon: Daemon;
  let missing: string | undefined;

  before(async () => {
    const started = await unlessMissing(async () => {
      const buildctl = await buildkitProgram('buildctl', newestVersion);
      mkdirSync(join(folder, 'bin'));
      execFileSync('ln', ['-s', buildctl, join(folder, 'bin/buildctl')]);
      return Daemon.start('newest', (stop) => ends.push(stop));
    });
    if (started.skip === false) daemon = started.made;
    else missing = started.skip;
  });

  after(async () => {
    for (const end of ends.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('builds through `docker exec` into a container, without docker', async (t) => {
    if (missing !== undefined) return t.skip(missing);
    const docker = await Daemon.start('docker', (stop) => t.after(stop));
    const buildctl = await buildkitProgram('buildctl', newestVersion);
    await ask(docker.socket, '/images/create?fromSrc=-&repo=box', createReadStream(minirootfs('amd64')));
    await ask(docker.socket, '/containers/create?name=builder', {
      Image: 'box',
      Cmd: ['sleep', '600'],
      Env: ['BUILDKIT_HOST=unix:///run/buildkit/socket'],
      HostConfig: {
        NetworkMode: 'none',
        Binds: [`${buildctl}:/usr/bin/buildctl:ro`, `${dirname(daemon.socket)}:/run/buildkit`],
      },
    });
    await ask(docker.socket, '/containers/builder/start', {});
    const env = { DOCKER_HOST: `unix://${docker.socket}` };
    const scene = await sceneAt(t, 'docker-container://builder', env);
    assert.equal(await scene.sh('echo in a container; seq 20000 | tail -n 1'), 'in a container\n20000\n');
    const { error } = await (await sceneAt(t, 'docker-container://nobody', env)).solve([]);
    assert.ok(error instanceof Failure && error.code === 'buildkit-unreachable', String(error));
    assert.match(error.why!, /No such container: nobody/);
  });

  it('builds through ssh, and says what ssh said where it may not', async (t) => {
    if (missing !== undefined) return t.skip(missing);
    const port = await sshServer(t, folder, { BUILDKIT_HOST: `unix://${daemon.socket}` });
    if (port === undefined) return t.skip('sshd is not installed');
    const env = { PATH: `${join(folder, 'client')}:${process.env['PATH']}` };
    const scene = await sceneAt(t, `ssh://root@127.0.0.1:${port}`, env);
    assert.equal(await scene.sh('echo behind ssh; seq 20000 | tail -n 1'), 'behind ssh\n20000\n');
    const { error } = await (await sceneAt(t, `ssh://nobody@127.0.0.1:${port}`, env)).solve([]);
    assert.ok(error instanceof Failure && error.code === 'buildkit-unreachable', String(error));
    assert.match(error.why!, /Permission denied \(publickey\)/);
  });

  it('builds through kubectl, of which here only the words are held', async (t) => {
    if (missing !== undefined) return t.skip(missing);
    const program = join(folder, 'kubectl');
    const words = '--namespace=ci exec -i --container=bk builder-0 -- ';
    writeFileSync(
      program,
      `#!/bin/sh
case "$*" in '${words}'*) ;; *) echo "not these words: $*" >&2; exit 1 ;; esac
while [ "$1" != -- ]; do shift; done
shift
exec env BUILDKIT_HOST=unix://${daemon.socket} PATH=${folder}/bin "$@"
`,
    );
    chmodSync(program, 0o755);
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    const scene = await sceneAt(t, 'kube-pod://builder-0?namespace=ci&container=bk', env);
    assert.equal(await scene.sh('echo in a pod'), 'in a pod\n');
    const { error } = await (await sceneAt(t, 'kube-pod://builder-1', env)).solve([]);
    assert.ok(error instanceof Failure && error.code === 'buildkit-unreachable', String(error));
    assert.match(error.why!, /not these words: exec -i builder-1/);
  });
});

function sceneAt(t: TestContext, address: string, more: Readonly<Record<string, string>>): Promise<Scene> {
  const env = { PATH: process.env['PATH'], ...more };
  const engine = ({ store }: Scene) =>
    createBuildKitEngine({ address: readAddress(address, env), store, env });
  return Scene.make(t, { engine });
}

/** A question to Docker's engine, whose answer must be a good one. */
function ask(socketPath: string, path: string, body: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const isText = !('pipe' in body);
    const headers = { 'content-type': isText ? 'application/json' : 'application/x-tar' };
    const asked = request({ socketPath, path, method: 'POST', headers }, (response) => {
      let said = '';
      response.setEncoding('utf8').on('data', (piece: string) => (said += piece));
      response.once('end', () => {
        if (response.statusCode! < 300) resolve();
        else reject(new Error(`${path}: ${response.statusCode} ${said}`));
      });
    });
    asked.once('error', reject);
    if (isText) asked.end(JSON.stringify(body));
    else (body as ReturnType<typeof createReadStream>).pipe(asked);
  });
}

/**
 * A real one, to which root comes with the only key that it knows; `client/ssh` in the folder is ssh with that key. Tells
 * the port.
 */
async function sshServer(
  t: TestContext,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const sshd = '/usr/sbin/sshd';
  if (!existsSync(sshd) || spawnSync('ssh', ['-V']).error !== undefined) return undefined;
  mkdirSync('/run/sshd', { recursive: true });
  mkdirSync(join(folder, 'client'));
  const path = (name: string) => join(folder, 'client', name);
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(name)]);
  const port = await freePort();
  const variables = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, ...env };
  writeFileSync(
    path('sshd_config'),
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${path('host')}
AuthorizedKeysFile ${path('user.pub')}
AllowUsers root
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
PidFile none
SetEnv ${Object.entries(variables)
      .map(([name, value]) => `"${name}=${value}"`)
      .join(' ')}
`,
  );
  const options = `-F none -i ${path('user')} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null`;
  writeFileSync(path('ssh'), `#!/bin/sh\nexec /usr/bin/ssh ${options} -o LogLevel=ERROR "$@"\n`);
  chmodSync(path('ssh'), 0o755);
  const server = spawn(sshd, ['-D', '-e', '-f', path('sshd_config')], { stdio: 'ignore' });
  t.after(() => server.kill());
  for (let tries = 0; !(await listens(port)); tries++) {
    assert.ok(tries < 200 && server.exitCode === null, 'sshd does not start');
    await pause(50);
  }
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });
}
