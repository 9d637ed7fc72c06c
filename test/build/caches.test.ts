/** Caches and secrets as a user has them: through targetry.yaml and the command line. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { golden } from '../golden.ts';
import {
  errorOf,
  exampleFile,
  helloProject,
  lockedProject,
  steady,
  targetry,
  testStore,
  whyNoBuilds,
} from './command-line.ts';

/** In every step's key and cache, so that nothing of an earlier run of the tests is there. */
const run = `${process.pid}-${Date.now()}`;

function projectFile(packages: string, targets: readonly string[], steps: readonly string[]): string {
  return [
    'name: caches',
    `environments: { debian-11: { debian: bullseye, packages: [${packages}], env: { RUN: "${run}" } } }`,
    'targets:',
    ...targets.map((target) => `  ${target}`),
    'steps:',
    ...steps.map((step) => `  - ${step}`),
    'artifacts:',
    '  - { path: out, as: "out-{target}", kind: file }',
    '',
  ].join('\n');
}

/** Those of the example, whose root is there. */
const [, known] = /packages: \[(.*)\]/.exec(exampleFile('targetry.yaml'))!;

const alone = 'x64: { environment: debian-11, arch: x64 }';

const began = Math.floor(Date.now() / 1000);

/** Files of the folders that hold one of the texts, among those that were written since these tests began. */
function holding(texts: readonly string[], ...folders: readonly string[]): string[] {
  const grep = ['grep', '-lsaF', ...texts.flatMap((text) => ['-e', text]), '--', '{}', '+'];
  const { stdout } = spawnSync(
    'find',
    [...folders, '-type', 'f', '-newerct', `@${began}`, '-exec', ...grep],
    { encoding: 'utf8' },
  );
  return stdout.split('\n').filter(Boolean);
}

describe('caches and secrets', { skip: await whyNoBuilds() }, () => {
  it('of two option sets are never mixed, and one that keys itself is shared by both', async (t) => {
    // A cache that says nothing of its options breaks where another set finds it: as zig and many others would.
    const zigLike =
      'if [ -e "$CACHE/flags" ] && [ "$(cat "$CACHE/flags")" != "$CFLAGS" ]; then echo MIXED; exit 1; fi; printf %s "$CFLAGS" >"$CACHE/flags"; ls "$CACHE" | wc -l; touch "$CACHE/$N"';
    const steps = (n: number) => [
      `{ name: compile, run: "echo ${n}; CCACHE_NODIRECT=1 ccache $CC $CFLAGS -c sum.c -o sum.o; ccache -s | tr -s ' \\t' ' ' | grep -E '^cache (hit .preprocessed.|miss) '; cp sum.o out" }`,
      `{ name: index, run: ${JSON.stringify(zigLike)}, caches: [{ name: index, path: .index, env: CACHE }] }`,
    ];
    const targets = ['-O0', '-O2'].map(
      (flags, index) =>
        `t${index}: { environment: debian-11, arch: x64, env: { CC: gcc, CFLAGS: "${flags}", N: "${index}" } }`,
    );
    const yaml = (n: number) => projectFile('gcc, libc6-dev, ccache', targets, steps(n));
    const source = 'int sum(int n) { int s = 0; for (int i = 0; i < n; i++) s += i; return s; }';
    const folder = helloProject(t, { 'targetry.yaml': yaml(1), 'sum.c': source });
    for (const round of [1, 2, 3]) {
      writeFileSync(join(folder, 'targetry.yaml'), yaml(round));
      // In one step's command as in the other's: only the first one's cache keys itself.
      const answer = await targetry(['build'], { cwd: folder });
      assert.equal(answer.exit, 0, answer.stderr);
      assert.ok(!answer.stderr.includes('MIXED'), answer.stderr);
      if (round === 1) continue;
      assert.match(
        answer.stderr,
        /cache hit \(preprocessed\) [1-9]/,
        'the second round finds what the first compiled',
      );
    }
    const [one, two] = ['out-t0', 'out-t1'].map((name) => readFileSync(join(folder, 'dist', name)));
    assert.ok(!one!.equals(two!), 'each has the object of its own options');
  });

  it('that a failed step wrote are given up', async (t) => {
    const yaml = (script: string) =>
      projectFile(
        known!,
        [alone],
        [
          `{ name: fill, run: ${JSON.stringify(`ls $C; ${script}`)}, caches: [{ name: given-up, path: /c, env: C, share: target }] }`,
        ],
      );
    const folder = lockedProject(t, { 'targetry.yaml': yaml('touch $C/good out') });
    const build = async (script: string) => {
      writeFileSync(join(folder, 'targetry.yaml'), yaml(script));
      return targetry(['build'], { cwd: folder });
    };
    assert.equal((await build('touch $C/good out')).exit, 0);
    const failed = await build('touch $C/half; exit 1');
    assert.equal(failed.exit, 1);
    assert.match(failed.stderr, /fill \| good/);
    const next = await build('touch $C/new out; true');
    assert.equal(next.exit, 0, next.stderr);
    assert.doesNotMatch(next.stderr, /fill \| (good|half)/);
  });

  it('come from the environment or a file, reach their step, and are found nowhere', async (t) => {
    const token = `s3cret-${run}-value`;
    const key = `k3y-${run}-material`;
    const step =
      '{ name: use, run: "echo token $TOKEN; test -f /run/secrets/TOKEN; cat key; echo ${#TOKEN} ${KEY-none} >out", secrets: [TOKEN, { name: deploy-key, path: key }] }';
    const folder = lockedProject(t, {
      'targetry.yaml': projectFile(
        known!,
        [alone],
        [step, '{ name: after, run: "ls -A /run key || true; env" }'],
      ),
      id_key: `${key}\n`,
    });
    const give = { cwd: folder, env: { TOKEN: token } };
    const place = ['--secret', 'id=deploy-key,src=id_key'];
    const answer = await targetry(['build', '--set', 'source.ignore=[id_key]', ...place], give);
    assert.equal(answer.exit, 0, answer.stderr);
    assert.match(answer.stderr, /use \| token \*\*\*/);
    assert.equal(readFileSync(join(folder, 'dist/out-x64'), 'utf8'), `${token.length} none\n`);
    assert.ok(!answer.stderr.includes(token) && !answer.stderr.includes(key), answer.stderr);
    assert.ok(readdirSync(join(folder, 'dist/logs')).length > 0);
    const places = [testStore, join(folder, 'dist')];
    assert.ok(holding(['token ***'], ...places).length > 0, 'what is written now is found');
    assert.deepEqual(holding([token, key], ...places), []);
    const again = await targetry(['build', '--set', 'source.ignore=[id_key]', ...place], give);
    assert.match(again.stderr, /x64 use \[CACHED\]/);
    const other = await targetry(['build', '--set', 'source.ignore=[id_key]', ...place], {
      cwd: folder,
      env: { TOKEN: `${token}2` },
    });
    assert.doesNotMatch(other.stderr, /x64 (use|after) \[CACHED\]/);
  });

  it('that are missing are answered with the line, before anything is done', async (t) => {
    const yaml = projectFile(
      known!,
      [alone],
      ['{ name: use, run: "true", secrets: [NPM_TOKEN, { name: deploy-key, path: /k }] }'],
    );
    const folder = lockedProject(t, { 'targetry.yaml': yaml.replace(run, 'RUN') });
    const missing = await targetry(['build'], { cwd: folder, env: { NPM_TOKEN: '' } });
    assert.equal(missing.exit, 2, missing.stderr);
    const unread = await targetry(
      ['build', '--secret', 'id=deploy-key,src=nope', '--secret', 'id=NPM_TOKEN,env=OTHER'],
      {
        cwd: folder,
        env: { OTHER: 'x' },
      },
    );
    assert.equal(unread.exit, 2, unread.stderr);
    const form = await targetry(['build', '--secret', 'NPM_TOKEN=x'], { cwd: folder });
    assert.equal(form.exit, 2, form.stderr);
    golden(
      'build/secrets-missing.txt',
      steady([missing, unread, form].map(({ stderr }) => errorOf(stderr)).join('\n'), folder),
    );
  });
});
