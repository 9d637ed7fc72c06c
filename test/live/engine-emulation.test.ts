/** Steps on roots for another CPU, by the QEMU of Debian's package, which these tests bring by Targetry's own means. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Target } from '../../src/config/project.ts';
import { registration } from '../../src/engines/embedded/foreign-cpus.ts';
import { emulatorRequests } from '../../src/operations/preparing/emulator-requests.ts';
import { emulatorsFor } from '../../src/operations/preparing/emulator.ts';
import { lockEnvironment } from '../../src/operations/locking/lock-environment.ts';
import { SourcesOnDemand } from '../../src/operations/locking/sources-on-demand.ts';
import { Failure } from '../../src/report/failure.ts';
import { Store } from '../../src/store/store.ts';
import { noScene, Scene, step } from '../engine-scene.ts';
import { removeWithStore } from '../late-note.ts';

const folder = mkdtempSync(join(tmpdir(), 'targetry-qemu-'));
after(() => removeWithStore(folder));
const victim = fileURLToPath(new URL('../engine-victim.js', import.meta.url));

const qemu = noScene === undefined ? await bringQemu() : noScene;
const skip = typeof qemu === 'string' && qemu;

describe('a step on a root for arm64', { skip }, () => {
  it('runs as on such a machine, and nothing is registered on this one', async (t) => {
    const before = registeredHere();
    const scene = await foreignScene(t);
    const said = await scene.sh(
      'ls /proc/sys/fs/binfmt_misc; echo $0; uname -m; exec -a uname /bin/busybox -m',
    );
    assert.equal(said, '/bin/sh\naarch64\naarch64\n', 'a program is called as the caller calls it');
    assert.deepEqual(registeredHere(), before);
  });

  it('sees its exit codes and signals told as they were', async (t) => {
    const scene = await foreignScene(t);
    for (const [script, code] of [
      ['exit 3', 3],
      ['no-such-command', 127],
      ['/etc/passwd', 126],
      ['kill -SEGV $$', 139],
      ['kill -TERM $$; sleep 5', 143],
    ] as const) {
      const { error } = await scene.solve([step(scene.root, script)]);
      assert.ok(error instanceof Failure && error.code === 'step-failed', script);
      assert.match(error.message, new RegExp(`exit code ${code}\\b`), script);
    }
  });

  it('works on what another left, and neither key nor result knows the emulator', async (t) => {
    const scene = await foreignScene(t);
    const made = step(
      scene.root,
      'mkdir /out; uname -m >/out/cpu; tar -cf /out/etc.tar /etc; chown 1:2 /out/cpu',
    );
    const looked = step(made, 'cat /out/cpu; tar -tf /out/etc.tar | grep -c passwd', { name: 'look' });
    const first = await scene.solve([looked], { paths: ['/out/cpu'] });
    assert.equal(first.error, undefined);
    assert.match(first.output.get('look')!, /^aarch64\n\d\n$/);
    scene.emulators = undefined;
    const second = await scene.solve([looked]);
    assert.deepEqual(second.outcomes, [
      ['step', 'cached'],
      ['look', 'cached'],
    ]);
    assert.equal(scene.opened, 1);
  });

  it('tells which emulator ran it, also when it is CACHED', async (t) => {
    const scene = await foreignScene(t);
    const told: (string | undefined)[] = [];
    for (let times = 0; times < 2; times++) {
      await scene.solve([step(scene.root, ':')], {
        onEvent: (event) => event.type === 'finished' && told.push(event.emulator),
      });
    }
    const { sha256 } = await scene.emulators!.get('arm64')!.open();
    assert.deepEqual(told, [sha256, sha256]);
  });

  it('that prints nothing is told to wait for its own commands, not for the emulator', async (t) => {
    const scene = await foreignScene(t);
    const running: (readonly string[])[] = [];
    // Silence counts from the word on: an emulated shell takes long to start where the machine is busy.
    await scene.solve([step(scene.root, 'echo started; sleep 2.375')], {
      onEvent: (event) => event.type === 'silent' && running.push(event.running),
    });
    assert.deepEqual(running.at(-1), ['sleep 2.375']);
    assert.doesNotMatch(running.flat().join('\n'), /qemu/);
  });
});

describe('a machine on which binfmt_misc can not be mounted', { skip }, () => {
  it('is answered with what failed and what would help', async (t) => {
    const { stderr } = await buildWithoutMount(t, ':');
    assert.match(stderr, /code: 'emulation-denied'/);
    assert.match(stderr, /this machine can't run programs of arm64/);
    assert.match(stderr, /unknown filesystem type/);
    assert.match(stderr, /modprobe binfmt_misc|and this is|this is Linux/);
  });

  it('uses what is registered with the flag F around it', async (t) => {
    const register =
      'mkdir $HERE/b; mount.real -t binfmt_misc x $HERE/b; printf %s "$LINE" >$HERE/b/register';
    const { status, stderr } = await buildWithoutMount(t, register);
    assert.equal(status, 0, stderr);
  });
});

/** A `mount` that knows no binfmt_misc, in namespaces where `before` was done first. */
async function buildWithoutMount(t: TestContext, before: string) {
  const scene = await foreignScene(t);
  const { path } = await scene.emulators!.get('arm64')!.open();
  const script = `
cp "$(command -v mount)" $HERE/mount.real
cat >$HERE/mount <<END
#!/bin/sh
case "\\$*" in *binfmt_misc*) echo "mount: unknown filesystem type 'binfmt_misc'." >&2; exit 32;; esac
exec $HERE/mount.real "\\$@"
END
chmod 755 $HERE/mount
mount --bind $HERE/mount "$(readlink -f "$(command -v mount)")"
PATH=$HERE:$PATH; ${before}
exec "$@"`;
  const build = [process.execPath, victim, scene.folder, '0', 'uname -m | grep aarch64', path];
  const inside = ['--user', '--map-root-user', '--mount', 'sh', '-euc', script, 'sh', ...build];
  const line = registration('arm64', path, 'POCF').replace(path, 'qemu');
  const env = { ...process.env, HERE: scene.folder, LINE: line };
  return spawnSync('unshare', inside, { encoding: 'utf8', env });
}

async function foreignScene(t: TestContext): Promise<Scene> {
  const scene = await Scene.make(t, { cpu: 'arm64' });
  if (typeof qemu !== 'string') scene.emulators = qemu;
  return scene;
}

/** What the kernel knows for all of this machine, as far as it shows it. */
function registeredHere(): string[] {
  const shown = '/proc/sys/fs/binfmt_misc';
  const entries = existsSync(shown) ? readdirSync(shown).filter((name) => name !== 'register') : [];
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return [
    ...mounts.filter((line) => line.includes('binfmt_misc')),
    ...entries.map((name) => `${name} ${readFileSync(join(shown, name), 'utf8')}`),
  ];
}

/** Why there is none, where there is none. */
async function bringQemu(): Promise<NonNullable<Scene['emulators']> | string> {
  const context = {
    cwd: folder,
    store: join(folder, 'store'),
    env: { PATH: '' },
    signal: new AbortController().signal,
    emit: () => {},
  };
  const targets = [{ builder: 'arm64' } as Target];
  const store = await Store.open(context.store);
  const sources = new SourcesOnDemand(context, store, { environments: new Map() });
  try {
    const [request] = emulatorRequests(targets);
    const { locked } = await lockEnvironment(request!, await sources.open());
    const emulators = emulatorsFor(context, targets, { lock: { environments: [locked] }, store, sources });
    const opened = await emulators.get('arm64')!.open();
    return new Map([['arm64', { open: () => Promise.resolve(opened) }]]);
  } catch (error) {
    if (!(error instanceof Failure) || error.exit !== 3) throw error;
    return `QEMU can't be had here: ${error.message}`;
  } finally {
    await sources.close();
  }
}
