/** A project's graph in the hands of BuildKit's own client: what that builds is what Targetry builds, to the byte. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { test, type TestContext } from 'node:test';
import { programArguments, targetry } from '../build/command-line.ts';
import { Daemon, orSkip } from './daemons.ts';
import { buildkitProgram, newestVersion } from './go-programs.ts';
import { lightProject } from './light-project.ts';

interface Place {
  readonly daemon: Daemon;
  readonly buildctl: string;
  /** For what is written. */
  readonly folder: string;
}

function placeFor(t: TestContext, kind: 'newest' | 'older'): Promise<Place | undefined> {
  return orSkip(t, async () => {
    const buildctl = await buildkitProgram('buildctl', newestVersion);
    const daemon = await Daemon.start(kind, (stop) => t.after(stop));
    const folder = mkdtempSync(join(tmpdir(), 'targetry-buildctl-'));
    t.after(() => rmSync(folder, { recursive: true }));
    return { daemon, buildctl, folder };
  });
}

/** Nothing of Targetry is there but what it wrote. */
function runBuildctl({ daemon, buildctl, folder }: Place, script: string, env: Record<string, string> = {}) {
  const PATH = `${dirname(buildctl)}:${process.env['PATH']}`;
  const variables = { PATH, HOME: folder, BUILDKIT_HOST: daemon.address, ...env };
  execFileSync('sh', ['-euc', script], { cwd: folder, env: variables, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Bytes by name, each as a character. */
function filesIn(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path, 'latin1')]));
}

async function buildExample(t: TestContext, place: Place): Promise<void> {
  const cwd = lightProject(t);
  const { folder, daemon } = place;
  const written = await targetry(['graph', '--format', 'pb', '-o', join(folder, 'given')], { cwd });
  assert.equal(written.exit, 0, written.stderr);
  runBuildctl(place, 'given/build.sh out/script');
  const made = filesIn(join(folder, 'out/script'));
  assert.equal(Object.keys(made).length, 4);

  const env = { BUILDKIT_HOST: daemon.address };
  const ours = await targetry(['build', '--engine', 'buildkit'], { cwd, env });
  assert.equal(ours.exit, 0, ours.stderr);
  for (const [name, bytes] of Object.entries(made)) {
    assert.ok(bytes === readFileSync(join(cwd, 'dist', name), 'latin1'), name);
  }
  assert.match(ours.stderr, /compile \[CACHED\]/, 'what buildctl had built was not built again');

  const { command, env: ofOurs } = programArguments(['graph', '--format', 'pb']);
  const printed = execFileSync('sh', ['-c', `${command} 2>${folder}/said`], { cwd, env: ofOurs });
  assert.deepEqual(printed, readFileSync(join(folder, 'given/graph.pb')));
  const options = readFileSync(join(folder, 'said'), 'utf8').match(/^ {2}--.*$/gm)!;
  const words = options.join(' ').replaceAll('FOLDER', 'given');
  runBuildctl(place, `buildctl build ${words} --output type=local,dest=out/words <given/graph.pb`);
  assert.deepEqual(filesIn(join(folder, 'out/words')), made);
}

const odd = `
targets: { x64: { environment: debian-11, arch: x64 } }
steps:
  - name: many
    secrets: [TOKEN]
    run: |
      mkdir -p out/a/b
      echo "$TOKEN" | wc -c >out/length
      echo one >out/1.txt
      echo two >out/a/b/2.txt
      ln -s 1.txt out/3.txt
artifacts:
  - { path: out/length, as: told/length, kind: file }
  - { path: "out/[!2-9].txt", as: one.txt, kind: file }
  - { path: "out/?.txt", kind: file }
  - { path: "out/a/**/*.txt", kind: file }
`;

async function buildOddOnes(t: TestContext, place: Place): Promise<void> {
  const cwd = lightProject(t, odd);
  const written = await targetry(['graph', '-o', join(place.folder, 'odd')], { cwd });
  assert.equal(written.exit, 0, written.stderr);
  runBuildctl(place, 'odd/build.sh odd-out', { TOKEN: 'twelve bytes' });
  assert.deepEqual(filesIn(join(place.folder, 'odd-out')), {
    '1.txt': 'one\n',
    '3.txt': 'one\n',
    'one.txt': 'one\n',
    'src/out/a/b/2.txt': 'two\n',
    'told/length': '13\n',
  });
}

for (const kind of ['newest', 'older'] as const) {
  test(`${kind}: buildctl builds what graph wrote`, async (t) => {
    const place = await placeFor(t, kind);
    if (place === undefined) return;
    await t.test('the example comes out byte for byte', (inner) => buildExample(inner, place));
    await t.test('and what has globs, links and a secret', (inner) => buildOddOnes(inner, place));
  });
}
