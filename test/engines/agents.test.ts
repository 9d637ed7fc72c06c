/** An ssh agent of this machine in steps on real daemons: what they may ask it, and that others don't see it. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { BuildKitClient, type BuildOptions, type Failure } from '../../src/engines/buildkit/index.ts';
import { source } from '../../src/graph/sources.ts';
import type { RunOptions } from '../../src/graph/state.ts';
import { daemonFor, daemonKinds } from './daemons.ts';

function output(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  return execFileSync(program, args, { env, encoding: 'utf8' });
}

/** With one key. Tells what it says of its keys. */
async function startAgent(t: TestContext, folder: string) {
  const socket = join(folder, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  t.after(() => agent.kill());
  await once(agent, 'spawn');
  while (!existsSync(socket)) await pause(10);
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  output('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  output('ssh-add', ['-q', join(folder, 'key')], env);
  return { socket, keys: () => output('ssh-add', ['-l'], env) };
}

/** A root of this machine's programs of ssh, the libraries that they load, and the public key. */
function rootWithSsh(folder: string): string {
  const root = join(folder, 'root');
  const place = (from: string, to: string) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(from, join(root, to), { dereference: true });
  };
  for (const name of ['ssh-add', 'ssh-keygen']) {
    const program = output('which', [name]).trim();
    for (const path of [program, ...output('ldd', [program]).match(/\/\S+/g)!]) place(path, path);
  }
  writeFileSync(join(folder, 'passwd'), 'root:x:0:0::/:\n');
  place(join(folder, 'passwd'), 'etc/passwd');
  place(join(folder, 'key.pub'), 'key.pub');
  return root;
}

async function daemonWith(t: TestContext, kind: (typeof daemonKinds)[number]) {
  const daemon = await daemonFor(t, kind);
  if (daemon === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'targetry-agent-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return { folder, client: new BuildKitClient({ address: daemon.address, store: join(folder, 'store') }) };
}

const platform = { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch } as const;
const env = { SSH_AUTH_SOCK: '/run/agent', PATH: '/usr/bin' };
const mounted = { '/run/agent': { ssh: 'default' } };

for (const kind of daemonKinds) {
  test(`${kind}: a step that mounts the agent has it sign and no more, and no other step sees it`, async (t) => {
    const place = await daemonWith(t, kind);
    if (place === undefined) return;
    const { folder, client } = place;
    const { socket, keys } = await startAgent(t, folder);
    const folders = { root: rootWithSsh(folder) };
    const run = async (words: string, mounts: RunOptions['mounts'], agents: BuildOptions['agents']) => {
      const step = source('local://root', { platform }).run({ args: words.split(' '), env, mounts });
      let printed = '';
      let code: string | undefined;
      try {
        for await (const event of client.build([step.root()], { folders, agents }))
          if (event.type === 'output') printed += Buffer.from(event.data).toString();
      } catch (error) {
        ({ code } = error as Failure);
      }
      return { printed, code };
    };

    const agents = { default: socket };
    const listed = keys();
    assert.deepEqual(await run('ssh-add -l', mounted, agents), { printed: listed, code: undefined });
    const { printed } = await run('ssh-keygen -Y sign -n words -f /key.pub', mounted, agents);
    const signature = /-----BEGIN[^]*END SSH SIGNATURE-----\n/.exec(printed)![0];
    writeFileSync(join(folder, 'signature'), signature);
    const check = ['-Y', 'check-novalidate', '-n', 'words', '-s', join(folder, 'signature')];
    assert.match(
      execFileSync('ssh-keygen', check, { input: '', encoding: 'utf8' }),
      /^Good "words" signature/,
    );

    assert.equal((await run('ssh-add -D', mounted, agents)).code, 'step-failed');
    assert.equal(keys(), listed, 'the key is still there');
    const without = await run('ssh-add -l', {}, agents);
    assert.equal(without.code, 'step-failed');
    assert.match(without.printed, /connecting to agent|authentication agent/);
    assert.equal((await run('ssh-add -L', mounted, {})).code, 'ssh-agent-missing');
    const gone = { default: join(folder, 'nobody') };
    assert.equal((await run('ssh-add -L', mounted, gone)).code, 'ssh-agent-missing');
  });
}
