/** What steps see, say and leave. */
import { createHash } from 'node:crypto';
import { step, type Scene } from '../engine-scene.ts';
import { graphOf, scratch, type State } from '../../src/graph/index.ts';
import { errorSeen, seen, type Play } from './play.ts';

const sha256Of = () => createHash('sha256');

export const playsOfSteps: readonly Play[] = [
  {
    name: 'gives a step its variables, its folder and its arguments',
    play: (scene) =>
      seen(scene, [
        step(scene.root, 'echo "$GREETING|$EMPTY|$PATH"; pwd; umask; id -u; id -g', {
          env: { GREETING: 'it\'s\n"two" lines', EMPTY: '' },
          cwd: '/place/deep',
        }),
      ]),
  },
  {
    name: 'shows a step no other variables than its own',
    play: (scene) => seen(scene, [step(scene.root, 'env | sed "s/^JOBS=[0-9]*$/JOBS=number/" | sort')]),
  },
  { name: 'gives the machine a name', play: (scene) => seen(scene, [step(scene.root, 'hostname')]) },
  {
    name: 'keeps both streams whole',
    play: async (scene) => {
      const streams: Record<string, string> = {};
      const both = step(
        scene.root,
        'for i in $(seq 300); do echo out $i; echo err $i >&2; done; printf "no newline"',
      );
      await seen(scene, [both], {
        onEvent: (event) => {
          if (event.type !== 'output') return;
          streams[event.stream] = (streams[event.stream] ?? '') + Buffer.from(event.data).toString();
        },
      });
      return streams;
    },
  },
  {
    name: 'keeps three million bytes of output whole',
    play: async (scene) => {
      let bytes = 0;
      const onEvent: NonNullable<Parameters<Scene['solve']>[1]>['onEvent'] = (event) => {
        if (event.type === 'output') bytes += event.data.length;
      };
      const { error } = await scene.solve([step(scene.root, 'yes 0123456789abcde | head -n 187500')], {
        onEvent,
        quiet: true,
      });
      return { bytes, error: error === undefined };
    },
  },
  {
    name: 'keeps what a failed step printed whole, on both streams',
    play: async (scene) => {
      const bytes = { stdout: sha256Of(), stderr: sha256Of() };
      const script = 'yes a line of output | head -n 200000; seq 400000 >&2; exit 3';
      const { error } = await scene.solve([step(scene.root, script)], {
        onEvent: (event) => event.type === 'output' && bytes[event.stream].update(event.data),
        quiet: true,
      });
      const [out, err] = [bytes.stdout.digest('hex'), bytes.stderr.digest('hex')];
      return { out, err, error: errorSeen(error) };
    },
  },
  {
    name: 'does not wait for what a step left running',
    // BuildKit 0.33 ends some such steps only with what they left, of which nothing is heard then either.
    play: async (scene) => seen(scene, [step(scene.root, '(sleep 20; echo never) & echo said')]),
  },
  {
    name: 'tells how a step ended',
    play: async (scene) => {
      const told: Record<string, string | undefined> = {};
      for (const script of [
        'exit 3',
        'no-such-command',
        '/etc/passwd',
        'kill -SEGV $$',
        'kill -TERM $$; sleep 5',
        'kill -KILL $$',
      ]) {
        told[script] = (await seen(scene, [step(scene.root, script)])).error?.split('\n', 2).join(': ');
      }
      return told;
    },
  },
  {
    name: 'runs a script of a hundred thousand bytes, and tells how it failed',
    play: async (scene) => {
      const script = (end: string) => `: ${'ü'.repeat(50_000)}\necho "$0 said"; ${end}`;
      const run = (end: string) => seen(scene, [step(scene.root, script(end))]);
      return [await run('exit 0'), await run('exit 3')];
    },
  },
  {
    name: 'shows the last lines of a step that failed, and runs nothing on it',
    play: (scene) => {
      const fails = step(scene.root, 'for i in $(seq 100); do echo line $i; done; exit 1', { name: 'fails' });
      return seen(scene, [step(fails, 'echo never', { name: 'after' })]);
    },
  },
  {
    name: 'runs nothing twice',
    files: { 'hello.sh': 'echo hello' },
    play: async (scene) => {
      const built = step(scene.withSource, 'sh hello.sh >out', { cwd: '/src' });
      const paths = ['/src/out'];
      return [await seen(scene, [built], { paths }), await seen(scene, [built], { paths })];
    },
  },
  {
    name: 'works on what the step before left',
    play: (scene) => {
      const made = step(
        scene.root,
        'mkdir -p /a/b /c; echo 1 >/a/b/one; echo 2 >/a/two; echo 3 >/c/three; ln -s two /a/link',
        {
          name: 'make',
        },
      );
      const changed = step(
        made,
        'rm -r /a/b; echo file >/a/b; rm -r /c; mkdir /c; echo new >/c/four; rm /etc/motd; chmod 700 /a',
        {
          name: 'change',
        },
      );
      const look = 'cat /a/b /a/two /a/link; ls /c; [ ! -e /etc/motd ]; stat -c %a /a; touch /etc/motd';
      return seen(scene, [step(changed, look)]);
    },
  },
  {
    name: 'runs a step as a user of the root, by name and by number',
    play: (scene) => {
      const who = (user: string) =>
        step(
          scene.root,
          'id -u; id -g; id -G; echo x >/tmp/x; stat -c %u:%g /tmp/x; touch /etc/x 2>/dev/null || echo no',
          {
            name: user,
            user,
          },
        );
      return seen(scene, ['guest', '7:9', 'guest:daemon'].map(who));
    },
  },
  {
    name: 'refuses a user that the root does not know',
    play: (scene) => seen(scene, [step(scene.root, 'id', { user: 'nobody-there' })]),
  },
  {
    name: 'has a loopback without network, and nothing else',
    play: (scene) =>
      seen(scene, [
        step(scene.root, 'ip -o link | cut -d: -f2; ping -c 1 -W 1 127.0.0.1 >/dev/null && echo up'),
      ]),
  },
  {
    name: "leaves none of the network's names",
    play: (scene) => {
      const asked = step(scene.root, '[ -s /etc/resolv.conf ] && echo names', {
        name: 'asks',
        network: 'sandbox',
      });
      return seen(scene, [step(asked, 'wc -c </etc/resolv.conf 2>/dev/null || echo 0')]);
    },
  },
  {
    name: 'brings files out, by names and patterns',
    play: (scene) => {
      const built = step(
        scene.root,
        'mkdir -p /out/sub; echo a >/out/a.whl; echo b >/out/sub/b.whl; echo c >/out/c; chmod 755 /out/c',
      );
      return seen(scene, [built], { paths: ['/out/c', '/out/**/*.whl'] });
    },
  },
  {
    name: 'brings files out through links',
    play: (scene) => {
      const built = step(
        scene.root,
        'mkdir -p /out /real; echo lib >/real/lib.so.1; ln -s /real/lib.so.1 /out/lib.so; ln -s /etc /out/etc; ln -s ../../../../../../etc/alpine-release /out/up',
      );
      return seen(scene, [built], { paths: ['/out/lib.so', '/out/etc/alpine-release', '/out/up'] });
    },
  },
  {
    name: 'says which file the steps did not leave',
    play: (scene) => seen(scene, [step(scene.root, 'mkdir /out')], { paths: ['/out/missing'] }),
  },
  {
    name: 'runs steps at once that do not need each other',
    play: async (scene) => {
      const order: string[] = [];
      const sleeps = ['a', 'b'].map((name) => step(scene.root, `sleep 0.7; echo ${name}`, { name }));
      const tasks = new Set(graphOf(sleeps).outputs.map(({ vertex }) => vertex.digest));
      await seen(scene, sleeps, {
        onEvent: (event) => {
          if ((event.type === 'started' || event.type === 'finished') && tasks.has(event.task))
            order.push(event.type);
        },
      });
      return order;
    },
  },
  {
    name: 'stops when it is told to',
    play: async (scene) => {
      const stop = new AbortController();
      let stopped = 0;
      const { error } = await seen(scene, [step(scene.root, 'echo ready; sleep 60')], {
        signal: stop.signal,
        onEvent: (event) => {
          if (event.type !== 'output') return;
          stopped = performance.now();
          stop.abort();
        },
      });
      return { error, soon: performance.now() - stopped < 2000 };
    },
  },
  {
    name: 'builds a chain of a hundred operations',
    play: (scene) => {
      let state: State = scratch();
      for (let index = 0; index < 100; index++)
        state = state.mkfile('/count', `${index}\n`, { name: `file ${index % 10}` });
      return scene.solve([state], { paths: ['/count'] }).then(({ error }) => error);
    },
  },
];
