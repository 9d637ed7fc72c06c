import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tar } from '../archives.ts';
import { manyIds, noScene, Scene, step } from '../engine-scene.ts';
import type { Event } from '../../src/report/event.ts';
import { Failure } from '../../src/report/failure.ts';

const skip = noScene ?? false;

test(
  'a step sees its variables, its folder and its own namespaces, and nothing of the caller',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const said = await scene.sh(
      'env | sort; pwd; hostname; id -u; umask; echo "pid $$"; ls /proc | grep -c "^[0-9]"',
      {
        env: { GREETING: 'it\'s\n"two" lines', EMPTY: '' },
        cwd: '/place/deep',
      },
    );
    const lines = said.split('\n');
    assert.ok(
      lines.includes("GREETING=it's") && lines.includes('"two" lines') && lines.includes('EMPTY='),
      said,
    );
    assert.ok(
      lines.some((line) => /^JOBS=\d+$/.test(line)),
      said,
    );
    assert.deepEqual(
      lines.filter((line) => /^(HOME|USER|LC_ALL|OLDPWD|SHELL)=/.test(line)),
      [],
    );
    assert.match(said, /\n\/place\/deep\ntargetry\n0\n0022\npid \d+\n/);
  },
);

test(
  'a step that prints nothing for a while is told to be silent, with what it waits for',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const silent: Extract<Event, { type: 'silent' }>[] = [];
    const onEvent = (event: Event) => {
      if (event.type === 'silent') silent.push(event);
    };
    const talks = step(scene.root, 'for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done', {
      name: 'talks',
    });
    const waits = step(talks, '(sleep 1.125 | cat); sleep 0.1', { name: 'waits' });
    const { error } = await scene.solve([waits], { onEvent });
    assert.equal(error, undefined);
    assert.equal(new Set(silent.map(({ task }) => task)).size, 1, 'the one that talks is not silent');
    assert.deepEqual(silent[0]!.running.toSorted(), ['cat', 'sleep 1.125']);
    assert.ok(silent.length <= 2, 'and it is not told again and again');
  },
);

test('two builds at once each tell what their own steps wait for', { skip }, async (t) => {
  const told = await Promise.all(
    ['sleep 1.25', 'sleep 1.375'].map(async (command) => {
      const scene = await Scene.make(t);
      const running = new Set<string>();
      await scene.solve([step(scene.root, command)], {
        onEvent: (event) => event.type === 'silent' && event.running.forEach((one) => running.add(one)),
      });
      return [...running];
    }),
  );
  assert.deepEqual(told, [['sleep 1.25'], ['sleep 1.375']]);
});

test('exit codes and signals are told as they were', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const cases: readonly [string, number, string?][] = [
    ['exit 3', 3],
    ['no-such-command', 127],
    ['/etc/passwd', 126],
    ['kill -SEGV $$', 139, 'SIGSEGV'],
    ['kill -TERM $$; sleep 5', 143, 'SIGTERM'],
    ['kill -KILL $$', 137, 'SIGKILL'],
  ];
  for (const [script, code, signal] of cases) {
    const { error } = await scene.solve([step(scene.root, script)]);
    assert.ok(error instanceof Failure, script);
    assert.equal(error.code, 'step-failed');
    assert.match(
      error.message,
      new RegExp(`exit code ${code}${signal === undefined ? '$' : ` \\(${signal}\\)`}`),
      script,
    );
  }
});

test('a failure holds the last lines and names the whole log', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const { error, outcomes } = await scene.solve([
    step(scene.root, 'for i in $(seq 100); do echo line $i; done; echo bad >&2; exit 1'),
  ]);
  assert.ok(error instanceof Failure);
  assert.deepEqual(outcomes, [['step', 'failed']]);
  assert.equal(error.excerpt.length, 20);
  assert.equal(error.excerpt.at(-1), 'bad');
  const log = readFileSync(/\/.*\.log/.exec(error.hint!)![0], 'utf8');
  assert.equal(log.split('\n').length, 102);
});

test('nothing is run a second time', { skip }, async (t) => {
  const scene = await Scene.make(t);
  scene.files = { 'hello.sh': 'echo hello', 'deep/data': 'data' };
  const built = step(scene.withSource, './hello.sh > out; ls -l hello.sh deep/data', { cwd: '/src' });
  const first = await scene.solve([built], { paths: ['/src/out'] });
  assert.equal(first.error, undefined);
  assert.deepEqual(first.outcomes, [
    ['source', 'done'],
    ['step', 'done'],
    ['export', 'done'],
  ]);
  assert.match(first.output.get('step')!, /^-rw-r--r-- .* 1980 deep\/data\n-rwxr-xr-x .* 1980 hello.sh\n$/);
  assert.equal(readFileSync(join(scene.out, 'src/out'), 'utf8'), 'hello\n');
  assert.equal(scene.opened, 1);

  const second = await scene.solve([built], { paths: ['/src/out'] });
  assert.deepEqual(second.outcomes, [
    ['source', 'cached'],
    ['step', 'cached'],
    ['export', 'cached'],
  ]);
  assert.equal(scene.opened, 1, 'the root was opened for nothing');
  assert.ok(second.milliseconds < 500, `${second.milliseconds} ms`);

  scene.files = { ...scene.files, 'deep/data': 'other' };
  const third = await scene.solve([built]);
  assert.deepEqual(third.outcomes, first.outcomes.slice(0, 2));
});

test('each step works on what the one before it left', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const made = step(
    scene.root,
    'mkdir -p /a/b /c; echo 1 >/a/b/one; echo 2 >/a/two; echo 3 >/c/three; ln -s two /a/link',
  );
  const changed = step(
    made,
    'rm -r /a/b; echo file >/a/b; rm -r /c; mkdir /c; echo new >/c/four; rm /etc/motd; chmod 700 /a',
  );
  const looked = step(
    changed,
    'cat /a/b /a/two /a/link; ls /c; [ ! -e /etc/motd ]; stat -c %a /a; touch /etc/motd',
    { name: 'look' },
  );
  const { output, error } = await scene.solve([looked]);
  assert.equal(error, undefined);
  assert.equal(output.get('look'), 'file\n2\n2\nfour\n700\n');
});

test('without network there is the loopback and nothing else', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const said = await scene.sh('ip -o link | cut -d: -f2; ping -c 1 -W 1 127.0.0.1 >/dev/null && echo up');
  assert.equal(said, ' lo\nup\n');
});

test("with network a step reads the host's names and leaves none of them", { skip }, async (t) => {
  const scene = await Scene.make(t);
  const asked = step(scene.root, 'cat /etc/resolv.conf; touch /etc/resolv.conf 2>&1 || true', {
    network: 'sandbox',
  });
  const after = step(asked, 'wc -c </etc/resolv.conf', { name: 'after' });
  const { output, error } = await scene.solve([after]);
  assert.equal(error, undefined);
  assert.ok(output.get('step')!.startsWith(readFileSync('/etc/resolv.conf', 'utf8')), output.get('step'));
  assert.equal(output.get('after'), '0\n');
});

test('the output can be opened again by its names', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const said = await scene.sh(
    'echo one >/dev/stdout; echo two >/dev/stderr; echo three >>/proc/self/fd/1; ls /dev; echo x | tee /dev/stderr',
  );
  for (const word of ['one', 'two', 'three', 'urandom', 'shm', 'pts'])
    assert.match(said, new RegExp(`^${word}$`, 'm'));
});

test('artifacts are brought out through links, never from outside the root', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const built = step(
    scene.root,
    `mkdir -p /out/sub /real; echo lib >/real/lib.so.1; ln -s /real/lib.so.1 /out/lib.so; chmod 755 /real/lib.so.1
     ln -s /etc /out/etc; ln -s ../../../../../../etc/passwd /out/up; echo a >/out/a.whl; echo b >/out/sub/b.whl; mkfifo /out/pipe`,
  );
  const done = await scene.solve([built], {
    paths: ['/out/lib.so', '/out/**/*.whl', '/out/etc/alpine-release', '/out/up'],
  });
  assert.equal(done.error, undefined);
  const read = (path: string) => readFileSync(join(scene.out, path), 'utf8');
  assert.equal(read('out/lib.so'), 'lib\n');
  assert.equal(read('out/a.whl') + read('out/sub/b.whl'), 'a\nb\n');
  assert.equal(read('out/etc/alpine-release'), '3.20.3\n');
  assert.equal(read('out/up'), readFileSync(join(scene.rootFolder, 'etc/passwd'), 'utf8'));

  const missing = async (path: string) => (await scene.solve([built], { paths: [path] })).error as Failure;
  assert.match((await missing('/out/a.wh')).hint!, /did the path mean \/out\/a\.whl\?/);
  assert.match((await missing('/out/x/y*')).why!, /\/out holds .*a\.whl/);
  assert.match((await missing('/out/sub')).why!, /is a folder/);
  assert.match((await missing('/out/pipe')).why!, /is not a regular file/);
});

test('steps that do not need each other run at once', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const sleeps = ['a', 'b'].map((name) => step(scene.root, `sleep 0.5; echo ${name}`, { name }));
  const order: string[] = [];
  const { error } = await scene.solve(sleeps, { onEvent: ({ type }) => order.push(type) });
  assert.equal(error, undefined);
  assert.deepEqual(order.slice(0, 2), ['started', 'started']);
});

test(
  'a user of the root is looked up in the root',
  { skip: skip || (manyIds ? false : 'a user with one id has none to give') },
  async (t: TestContext) => {
    const scene = await Scene.make(t);
    const said = await scene.sh('id; echo x >/tmp/x; stat -c %u:%g /tmp/x; chown 0 /tmp/x || true', {
      user: 'guest',
    });
    assert.match(said, /^uid=405\(guest\) gid=100\(users\) groups=100\(users\)\n405:100\n.*not permitted/);
    assert.match(await scene.sh('id -u; id -g', { user: '7:9' }), /^7\n9\n$/);
    const { error } = await scene.solve([step(scene.root, 'id', { user: 'nobody-there' })]);
    assert.match((error as Failure).why!, /no user nobody-there in this root/);
  },
);

if (!manyIds) {
  test(
    'as a user with one id, files are given away in name only, and a user is told about',
    { skip },
    async (t) => {
      const scene = await Scene.make(t);
      scene.files = { 'a.tar': tar([{ path: 'f', uid: 405, gid: 100, bytes: 'text' }]).toString('latin1') };
      const script = 'tar -xf /src/a.tar; stat -c %u:%g f; chown 405:100 f; stat -c %u:%g f; id -u';
      const notices: string[] = [];
      const { output, error } = await scene.solve([step(scene.withSource, script, { user: 'guest' })], {
        onEvent: (event) => event.type === 'noticed' && notices.push(event.diagnostic.code),
      });
      assert.equal(error, undefined);
      assert.equal(output.get('step'), '0:0\n0:0\n0\n');
      assert.deepEqual(notices, ['engine-one-id']);
    },
  );
}
