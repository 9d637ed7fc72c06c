/** Machines that forbid a part of the sandbox, made with namespaces; the answer names the part and the cure. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { noScene, Scene } from '../engine-scene.ts';

const skip = noScene ?? false;
const program = fileURLToPath(new URL('../engine-victim.js', import.meta.url));

/** Runs a build inside a namespace where `before` was done first. */
async function buildAfter(t: TestContext, before: string, step = ':'): Promise<string> {
  const scene = await Scene.make(t);
  const script = `${before.replaceAll('FOLDER', scene.folder)}\nexec $chroot "$@"`;
  const build = [process.execPath, program, scene.folder, '0', step];
  const inside = ['--user', '--map-root-user', '--mount', 'sh', '-euc', script, 'sh', ...build];
  const { stderr, status } = spawnSync('unshare', inside, {
    encoding: 'utf8',
    env: { ...process.env, chroot: '' },
  });
  assert.equal(status, 1, stderr);
  return stderr;
}

test('without user namespaces, who builds is told which setting allows them', { skip }, async (t) => {
  const said = await buildAfter(t, 'echo 0 >/proc/sys/user/max_user_namespaces');
  assert.match(said, /Failure: this machine does not let this process make a user namespace/);
  assert.match(said, /code: 'engine-userns-denied'/);
  assert.match(said, /hint: 'run `sysctl -w user.max_user_namespaces=15000`'/);
});

test('who builds in a chroot is told that it is what forbids user namespaces', { skip }, async (t) => {
  const said = await buildAfter(
    t,
    `mkdir FOLDER/c; chroot="chroot FOLDER/c"
     for d in /*; do
       if [ -L $d ]; then cp -P $d FOLDER/c/; elif [ -d $d ]; then mkdir FOLDER/c$d; mount --rbind $d FOLDER/c$d; fi
     done`,
  );
  assert.match(said, /code: 'engine-userns-denied'/);
  assert.match(said, /why: 'this process is in a chroot/);
});

test("who keeps the store on a container's filesystem is told to move it", { skip }, async (t) => {
  const said = await buildAfter(
    t,
    `mkdir FOLDER/l FOLDER/u FOLDER/w
     mount -t overlay -o lowerdir=FOLDER/l,upperdir=FOLDER/u,workdir=FOLDER/w,userxattr x FOLDER/store`,
  );
  assert.match(said, /code: 'engine-store-unfit'/);
  assert.match(said, /is on overlay and the kernel said/);
  assert.match(said, /hint: 'set TARGETRY_STORE|hint: "set TARGETRY_STORE/);
});

test('a step that fills the disk says so, as does one whose log does', { skip }, async (t) => {
  const small =
    'mount -t tmpfs -o size=16m x FOLDER/store; mkdir -m 700 FOLDER/store/tmp; chmod 700 FOLDER/store';
  const step = await buildAfter(t, small, 'dd if=/dev/zero of=/big bs=1M count=32');
  // The step says it, where its words still fit into the log.
  assert.match(step, /code: 'step-failed'|code: 'store-unwritable'/);
  assert.match(step, /No space left on device|the disk is full/);
  const log = await buildAfter(t, small, 'dd if=/dev/zero bs=1M count=32');
  assert.match(log, /code: 'store-unwritable'/);
  assert.match(log, /the disk is full/);
});
