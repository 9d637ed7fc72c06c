/** Builds whose compiler cache holds what they can't use, really: what the linker says of it is told rightly, and cured. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { helloProject, targetry, whyNoBuilds } from '../build/command-line.ts';

/** In the source, so that no cache has it from an earlier run of the tests. */
const run = `${process.pid}-${Date.now()}`;

type Variables = Readonly<Record<string, string>>;

interface Step {
  readonly run: string;
  /** Besides those of the tools. */
  readonly caches?: string;
}

function project(t: TestContext, { run: script, caches = '' }: Step) {
  const yaml = (variables: Variables) =>
    [
      'name: stale',
      'environments: { gccs: { debian: bookworm, packages: [gcc-11, gcc-12, libc6-dev, ccache] } }',
      `targets: { x64: { environment: gccs, arch: x64, env: ${JSON.stringify(variables)} } }`,
      `steps: [{ name: compile, run: ${JSON.stringify(script)}${caches} }]`,
      'artifacts: [{ path: out, kind: file }]',
      '',
    ].join('\n');
  const cwd = helloProject(t, {
    'word.c': `const char *word = "${run}"; int number = 3; int get(void) { return number; }\n`,
    'main.c': '#include <stdio.h>\nextern const char *word;\nint main(void) { puts(word); return 0; }\n',
  });
  const build = (variables: Variables) => {
    writeFileSync(join(cwd, 'targetry.yaml'), yaml(variables));
    return targetry(['build'], { cwd });
  };
  const explained = async () => {
    const { stdout } = await targetry(['explain', '--format', 'json'], { cwd });
    return JSON.parse(stdout) as { findings: { class: string; candidates: { class: string }[] }[] };
  };
  return { build, explained };
}

async function succeeds(build: ReturnType<ReturnType<typeof project>['build']>): Promise<void> {
  const { exit, stderr } = await build;
  assert.equal(exit, 0, stderr);
}

describe('a build fails by its cache, and is told so', { skip: await whyNoBuilds() }, () => {
  it('of which the objects are of another compiler, that ccache was told not to look at', async (t) => {
    const { build, explained } = project(t, {
      run: [
        'mkdir bin; ln -s "/usr/bin/gcc-$WITH" bin/gcc; PATH="$PWD/bin:$PATH"',
        'CCACHE_COMPILERCHECK=none ccache gcc -flto -c word.c',
        'gcc -flto -o out main.c word.o',
      ].join('\n'),
    });
    await succeeds(build({ WITH: '11' }));
    const { stderr } = await build({ WITH: '12' });
    assert.match(stderr, /generated with LTO version 11\..*\n[^]*\[ccache-stale, line \d+ of the log\]/);
    assert.match(stderr, /hint: build again: what was in the cache ccache is given up/);
    assert.equal((await explained()).findings[0]!.class, 'ccache-stale');
    await succeeds(build({ WITH: '12' }));
  });

  it('of which an object was damaged, as by a disk', async (t) => {
    const { build, explained } = project(t, {
      run: [
        'set -x; export CCACHE_HARDLINK=1; ln -s gcc-12 /usr/bin/gcc',
        'ccache gcc -c word.c',
        'gcc -o out main.c word.o',
        // ccache believes the files that are to be linked to by their size.
        'if [ "$SPOIL" ]; then find "$CCACHE_DIR" -name "*W" -exec dd if=/dev/zero of={} bs=64 count=1 conv=notrunc ";"; fi',
      ].join('\n'),
    });
    await succeeds(build({ SPOIL: '1' }));
    const { stderr } = await build({ SPOIL: '' });
    assert.match(stderr, /word\.o: file not recognized[^]*\[ccache-stale, line \d+ of the log\]/);
    assert.equal((await explained()).findings[0]!.class, 'ccache-stale');
    await succeeds(build({ SPOIL: '' }));
  });

  it('that was filled with other options, and is shared although it does not tell them apart', async (t) => {
    const { build, explained } = project(t, {
      run: [
        '[ -e .objects/word.o ] || gcc-12 $CFLAGS -c word.c -o .objects/word.o',
        'gcc-12 $CFLAGS $LDFLAGS -o out main.c .objects/word.o',
      ].join('\n'),
      caches: `, caches: [{ name: "objects-${run}", path: .objects, share: project }]`,
    });
    await succeeds(build({ CFLAGS: '-fno-pic', LDFLAGS: '-no-pie' }));
    const shared = { CFLAGS: '-fPIC', LDFLAGS: '-shared' };
    const { stderr } = await build(shared);
    assert.match(stderr, /\[pic-missing, line \d+ of the log\]/);
    const [cause] = (await explained()).findings;
    assert.deepEqual(
      [cause!.class, ...cause!.candidates.map((one) => one.class)],
      ['pic-missing', 'ccache-stale'],
    );
    await succeeds(build(shared));
  });
});
