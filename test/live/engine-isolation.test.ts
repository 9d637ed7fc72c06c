/** What a hostile step tries, and what it gets. Each script prints what it could do; none may reach the machine. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { Failure } from '../../src/report/failure.ts';
import { noScene, Scene, step } from '../engine-scene.ts';

const skip = noScene ?? false;

test('no file of the host can be reached', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const secret = join(scene.folder, 'secret');
  writeFileSync(secret, 'host');
  const said = await scene.sh(
    `for path in ${secret} /proc/1/root${secret} /proc/self/root${secret} /../../..${secret} /proc/1/cwd/../../..${secret}; do
       cat $path 2>/dev/null && echo "read $path" || true
     done
     for fd in /proc/*/fd/*; do cat $fd/${secret} 2>/dev/null && echo "read through $fd" || true; done
          echo done`,
  );
  assert.equal(said, 'done\n');
  const fds = await scene.sh(
    'for fd in /proc/self/fd/*; do readlink $fd || true; done; readlink /proc/1/exe || true',
  );
  const outside = fds
    .split('\n')
    .filter(
      (line) => line.startsWith('/') && !/^\/(dev\/null|bin\/busybox|proc\/|.*\/\d+\.(out|err)$)/.test(line),
    );
  assert.deepEqual(outside, []);
  const first = await scene.sh('cat /proc/1/cmdline /proc/1/comm; cat /proc/1/environ || true');
  for (const path of [scene.folder, scene.starter])
    assert.ok(path === undefined || !first.includes(path), first);
});

test('CAP_SYS_CHROOT does not lead out', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const program = `
    #include <stdio.h>
    #include <sys/stat.h>
    #include <unistd.h>
    int main(void) {
      mkdir("/deeper", 0755);
      if (chroot("/deeper") != 0) return 1;
      for (int i = 0; i < 64; i++) if (chdir("..") != 0) return 2;
      if (chroot(".") != 0) return 3;
      puts(access("${scene.folder}", F_OK) == 0 ? "out" : "in");
    }`;
  try {
    const to = join(scene.rootFolder, 'escape');
    execFileSync('gcc', ['-static', '-x', 'c', '-o', to, '-'], { input: program, stdio: 'pipe' });
  } catch (error) {
    t.skip(`gcc can't link a static program: ${(error as Error).message.split('\n')[0]}`);
    return;
  }
  assert.equal(await scene.sh('/escape'), 'in\n');
});

test('nothing can be mounted, unmounted or made a device', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const tries = [
    'mount -t tmpfs x /mnt',
    'mount --bind / /mnt',
    'mount -o remount,rw /sys',
    'umount /proc',
    'umount -l /dev/null',
    'mknod /sda b 8 0',
    'mknod /kmsg c 1 11',
    'echo x >/proc/sys/kernel/core_pattern',
    'echo x >/proc/sys/kernel/hostname',
    'echo b >/proc/sysrq-trigger',
    'hostname other',
    'echo x >/dev/new',
    'swapoff -a /dev/vda',
    'ip link set lo down',
    'nsenter -t 1 -m true && nsenter -t 1 -m ls /home',
  ];
  for (const attempt of tries) {
    const said = await scene.sh(`{ ${attempt}; } >/dev/null 2>&1 && echo did || echo refused`);
    assert.equal(said, 'refused\n', attempt);
  }
  // An overlay in a user namespace takes the node of a whiteout; no other device has any use there.
  assert.match(await scene.sh('cat /proc/1/status'), /CapEff:\s*00000000a80425fb[\s\S]*NoNewPrivs:\s*1/);
});

test('a namespace of its own gives a step nothing more', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const said = await scene.sh(
    `unshare -Ur sh -c '
       umount /proc/sys 2>/dev/null && echo unmasked
       mkdir -p /tmp/p; mount -t proc proc /tmp/p 2>/dev/null && echo fresh
       mount -o remount,rw,bind /proc/sys 2>/dev/null && echo writable
       mount -t sysfs sysfs /tmp/p 2>/dev/null && [ -w /tmp/p/kernel/uevent_seqnum ] && echo sys
       true' 2>/dev/null; echo done`,
  );
  assert.equal(said, 'done\n');
});

test('the processes of the host are neither seen nor reached', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const said = await scene.sh(
    `kill -9 ${process.pid} 2>&1 || true; kill -9 -1 2>&1 || true; ps | wc -l; trap "" TERM; kill 0; echo alive`,
  );
  assert.match(said, /No such process[\s\S]*\nalive\n$/);
});

test('a server of the host is out of reach without network', { skip }, async (t) => {
  const server = createServer((socket) => socket.end('host'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const abstract = createServer((socket) => socket.end('host'));
  await new Promise<void>((resolve) => abstract.listen('\0targetry-test', resolve));
  t.after(() => {
    server.close();
    abstract.close();
  });
  const { port } = server.address() as { port: number };
  const scene = await Scene.make(t);
  assert.equal(
    await scene.sh(
      `nc -w 1 127.0.0.1 ${port} </dev/null || echo none; cat /proc/net/unix | grep -c targetry-test || true`,
    ),
    'none\n0\n',
  );
});

test('a link in the root where something is mounted leads nowhere', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const outside = join(scene.folder, 'outside');
  mkdirSync(outside);
  for (const name of ['dev', 'proc', 'sys']) {
    const folder = join(scene.rootFolder, name);
    rmSync(folder, { recursive: true });
    symlinkSync(outside, folder);
    const { error } = await scene.solve([step(scene.root, `echo ${name}`)]);
    assert.ok(error instanceof Failure);
    assert.match(error.why!, new RegExp(`/${name} is not a folder in this root`));
    rmSync(folder);
    mkdirSync(folder);
  }
  assert.deepEqual(readdirSync(outside), []);

  const replaced = step(
    scene.root,
    `rm /etc/hosts; ln -s ${outside}/hosts /etc/hosts; ln -s ${outside} /place`,
    { name: 'replace' },
  );
  const used = step(replaced, 'cat /etc/hosts; pwd', { network: 'sandbox', cwd: '/place/deep' });
  const { error } = await scene.solve([used]);
  assert.ok(error instanceof Failure && error.code === 'step-failed');
  assert.deepEqual(readdirSync(outside), []);
  assert.ok(!existsSync(join(outside, 'hosts')));
});

test('a step cannot change the root that others use', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const before = readFileSync(join(scene.rootFolder, 'etc/passwd'));
  await scene.sh('echo x >>/etc/passwd; rm -rf /usr /home; chmod 000 /etc; echo x >/bin/busybox || true');
  assert.deepEqual(readFileSync(join(scene.rootFolder, 'etc/passwd')), before);
  assert.ok(existsSync(join(scene.rootFolder, 'usr/bin')));
});
