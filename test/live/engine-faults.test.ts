import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../src/report/failure.ts';
import { noScene, Scene, step } from '../engine-scene.ts';

const skip = noScene ?? false;

test(
  '200 MB of output arrive whole, in the log too, and never fill the memory',
  { skip, timeout: 60_000 },
  async (t) => {
    const scene = await Scene.make(t);
    const lines = 200 * 1024;
    let bytes = 0;
    let most = 0;
    const script = `yes "$(head -c 1023 /dev/zero | tr '\\0' x)" | head -n ${lines}; echo end >&2`;
    const started = process.memoryUsage().rss;
    const { error } = await scene.solve([step(scene.root, script)], {
      quiet: true,
      onEvent: (event) => {
        if (event.type !== 'output') return;
        bytes += event.data.length;
        most = Math.max(most, process.memoryUsage.rss() - started);
      },
    });
    assert.equal(error, undefined);
    assert.equal(bytes, lines * 1024 + 4);
    const [log] = readdirSync(join(scene.store.folder, 'logs'));
    assert.equal(statSync(join(scene.store.folder, 'logs', log!)).size, bytes);
    assert.ok(most < 150 * 1024 * 1024, `${most} bytes more memory`);
  },
);

test(
  'binary output, a closed stdout and no output at all are all fine',
  { skip, timeout: 60_000 },
  async (t) => {
    const scene = await Scene.make(t);
    const chunks: Buffer[] = [];
    const { error } = await scene.solve(
      [step(scene.root, 'printf "\\000\\377\\012"; exec >&-; exec 2>&-; sleep 0.1')],
      {
        onEvent: (event) => event.type === 'output' && chunks.push(Buffer.from(event.data)),
      },
    );
    assert.equal(error, undefined);
    assert.deepEqual(Buffer.concat(chunks), Buffer.from([0, 255, 10]));
  },
);

test('children that a step leaves behind end with it', { skip, timeout: 60_000 }, async (t) => {
  const scene = await Scene.make(t);
  const mark = markOf(scene);
  const { error, milliseconds } = await scene.solve([
    step(
      scene.root,
      `(trap '' HUP TERM; setsid sleep ${mark} & ) ; nohup sleep ${mark} >/dev/null 2>&1 & echo started`,
    ),
  ]);
  assert.equal(error, undefined);
  assert.ok(milliseconds < 5000);
  assert.equal(running(mark), 0);
});

test(
  'a stop ends every step within a second and leaves nothing behind',
  { skip, timeout: 60_000 },
  async (t) => {
    const scene = await Scene.make(t);
    const stop = new AbortController();
    const mark = markOf(scene);
    const steps = ['a', 'b'].map((name) =>
      step(scene.root, `trap '' TERM INT; echo ${name}; sleep ${mark}`, { name }),
    );
    let heard = 0;
    let stopped = 0;
    const { error, outcomes } = await scene.solve(steps, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type !== 'output' || ++heard < 2) return;
        stopped = performance.now();
        stop.abort();
      },
    });
    assert.ok(performance.now() - stopped < 1000, `${performance.now() - stopped} ms`);
    assert.ok(error instanceof Failure);
    assert.equal(error.code, 'canceled');
    assert.deepEqual(new Set(outcomes.map(([, outcome]) => outcome)), new Set(['canceled']));
    assert.equal(running(mark), 0);
    assert.deepEqual(readdirSync(join(scene.store.folder, 'tmp')), []);
    assert.deepEqual(
      readFileSync('/proc/self/mounts', 'utf8')
        .split('\n')
        .filter((line) => line.includes(scene.folder)),
      [],
    );
  },
);

test('one step that fails ends the others', { skip, timeout: 60_000 }, async (t) => {
  const scene = await Scene.make(t);
  const mark = markOf(scene);
  const long = step(scene.root, `sleep ${mark}`, { name: 'long' });
  const bad = step(scene.root, 'sleep 0.5; exit 7', { name: 'bad' });
  const { error, outcomes } = await scene.solve([long, bad]);
  assert.match((error as Failure).message, /step bad ended with exit code 7/);
  assert.deepEqual(Object.fromEntries(outcomes), { bad: 'failed', long: 'canceled' });
  assert.equal(running(mark), 0);
});

test('a reader that goes away stops the steps', { skip, timeout: 60_000 }, async (t) => {
  const scene = await Scene.make(t);
  const mark = markOf(scene);
  let seen = false;
  await scene.solve([step(scene.root, `yes & sleep ${mark}`)], {
    quiet: true,
    onEvent: (event) => {
      seen ||= event.type === 'output';
      if (seen) throw new Error('enough');
    },
  });
  assert.ok(seen);
  assert.equal(running(mark), 0);
});

test(
  'after kill -9 at any moment nothing runs on, and the next build is right',
  { skip, timeout: 60_000 },
  async (t) => {
    const scene = await Scene.make(t);
    const mark = markOf(scene);
    const program = fileURLToPath(new URL('../engine-victim.js', import.meta.url));
    let finished = 0;
    for (let wait = 40; wait <= 640; wait += 60) {
      const victim = spawn(process.execPath, [program, scene.folder, mark], { stdio: 'ignore' });
      const ended = new Promise<number | null>((resolve) => victim.on('exit', resolve));
      await Promise.race([ended, pause(wait)]);
      victim.kill('SIGKILL');
      if ((await ended) === 0) finished++;
      for (let tries = 0; running(mark) > 0 || workerPids(scene).length > 0; tries++) {
        assert.ok(tries < 20, `${wait} ms: something still runs`);
        await pause(50);
      }
    }
    t.diagnostic(`${finished} of 11 came to their end before the kill`);
    const victim = spawn(process.execPath, [program, scene.folder, '0.1'], { stdio: 'inherit' });
    assert.equal(await new Promise((resolve) => victim.on('exit', resolve)), 0);
    assert.equal(readFileSync(join(scene.out, 'out/all'), 'utf8'), '1\n2\n3\n');
    const tmp = readdirSync(join(scene.store.folder, 'tmp'));
    assert.deepEqual(tmp, []);
  },
);

test('a worker that is killed is named, and the next build is right', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const built = step(scene.root, 'echo on; sleep 1; echo done >/done');
  const killed = await scene.solve([built], {
    onEvent: (event) => {
      if (event.type !== 'output') return;
      for (const pid of workerPids(scene)) process.kill(pid, 'SIGKILL');
    },
  });
  assert.equal((killed.error as Failure).code, 'engine-worker-lost');
  assert.equal((await scene.solve([built], { paths: ['/done'] })).error, undefined);
});

test('a store whose path is hard to quote', { skip }, async (t) => {
  const scene = await Scene.make(t, { name: 'targetry "engine", a:b\\040 $x\'-' });
  const built = step(step(scene.root, 'echo 1 >/one'), 'cat /one >/two', { cwd: '/it is "hard" $x\\' });
  const { error } = await scene.solve([built], { paths: ['/two'] });
  assert.equal(error, undefined);
  assert.equal(readFileSync(join(scene.out, 'two'), 'utf8'), '1\n');
});

test('two engines on one store at once', { skip, timeout: 60_000 }, async (t) => {
  const scene = await Scene.make(t);
  const built = step(scene.root, 'sleep 0.2; echo same >/out');
  const both = await Promise.all([
    scene.solve([built], { paths: ['/out'] }),
    scene.solve([built], { paths: ['/out'] }),
  ]);
  assert.deepEqual(
    both.map(({ error }) => error),
    [undefined, undefined],
  );
  assert.ok(existsSync(join(scene.out, 'out')));
});

/** A length of sleep that no other process has. */
function markOf(scene: Scene): string {
  return `3${Number.parseInt(Buffer.from(scene.folder.slice(-6)).toString('hex').slice(0, 10), 16)}`;
}

function running(mark: string): number {
  return processes().filter(({ line }) => line.includes('sleep') && line.includes(mark)).length;
}

function workerPids(scene: Scene): number[] {
  return processes()
    .filter(({ line }) => line.includes('worker.js') && line.includes(scene.folder))
    .map(({ pid }) => pid);
}

function processes(): { readonly pid: number; readonly line: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return { pid: Number(name), line };
      } catch {
        return { pid: Number(name), line: '' };
      }
    });
}
