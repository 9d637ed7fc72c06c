/** What `targetry init` writes is built as it is, for a small project of each kind. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { errorOf, targetry, whyNoBuilds } from '../build/command-line.ts';
import { firstProjects } from '../first-projects.ts';

const four = [
  'greet-linux-x64-gnu',
  'greet-linux-x64-musl',
  'greet-linux-arm64-gnu',
  'greet-linux-arm64-musl',
];

const artifacts: Readonly<Partial<Record<keyof typeof firstProjects, readonly string[]>>> = {
  'old-make': four,
  make: four,
  'make-with-library': ['greet-linux-x64-gnu', 'greet-linux-arm64-gnu'],
  autotools: four,
  configure: four,
  'with-library': ['greet-linux-x64-gnu', 'greet-linux-arm64-gnu'],
  cmake: ['greet-linux-x64-gnu', 'greet-linux-arm64-gnu'],
  meson: ['greet-linux-x64-gnu', 'greet-linux-arm64-gnu'],
  'node-addon': ['prebuilds/linux-x64/greet.glibc.node', 'prebuilds/linux-arm64/greet.glibc.node'],
  'v8-addon': [
    'prebuilds/linux-x64/greet.abi127.glibc.node',
    'prebuilds/linux-arm64/greet.abi127.glibc.node',
  ],
  'python-workspace': [
    'greet-1.0-cp311-cp311-manylinux_2_36_x86_64.whl',
    'greet-1.0-cp311-cp311-manylinux_2_36_aarch64.whl',
  ],
  python: [
    'greet-1.0-cp311-cp311-manylinux_2_36_x86_64.whl',
    'greet-1.0-cp311-cp311-manylinux_2_36_aarch64.whl',
  ],
  rust: ['greet-linux-x64-gnu', 'greet-linux-arm64-gnu'],
  'rust-workspace': [
    'greet-linux-x64-gnu',
    'show-linux-x64-gnu',
    'greet-linux-arm64-gnu',
    'show-linux-arm64-gnu',
  ],
  go: ['greet-linux-x64', 'greet-linux-arm64'],
  cgo: four,
  'go-module': ['greet-linux-x64', 'greet-linux-arm64'],
  npm: ['example-greet-1.2.0.tgz'],
  pnpm: ['example-greet-1.2.0.tgz'],
  yarn: ['example-greet-1.2.0.tgz'],
  'npm-workspace': ['example-greet-1.2.0.tgz', 'example-word-1.2.0.tgz'],
  'pnpm-workspace': ['example-greet-1.2.0.tgz', 'example-word-1.2.0.tgz'],
  'yarn-workspace': ['@example-greet-1.2.0.tgz', '@example-word-1.2.0.tgz'],
  'yarn-classic': ['example-greet-1.2.0.tgz', 'example-word-1.2.0.tgz'],
};

/** Each takes half a minute, and all are proven in one way. */
const proven = ['make'];

describe('targetry init', { skip: await whyNoBuilds() }, () => {
  for (const [kind, expected] of Object.entries(artifacts)) {
    it(`writes a file for ${kind} that builds`, async (t) => {
      const folder = firstProject(t, firstProjects[kind as keyof typeof firstProjects]);
      const init = await targetry(['init'], { cwd: folder });
      assert.equal(init.exit, 0, init.stderr);
      const build = await targetry(['build'], { cwd: folder });
      assert.equal(build.exit, 0, build.stderr);
      assert.doesNotMatch(build.stderr, /^warning/m, 'the first thing that a user sees');
      for (const path of expected) assert.ok(existsSync(join(folder, 'dist', path)), path);
      if (!proven.includes(kind)) return;
      const prove = await targetry(['prove'], { cwd: folder });
      assert.equal(prove.exit, 0, prove.stderr);
      assert.equal(prove.stdout.match(/\bruns\b/g)?.length, 2 * expected.length, prove.stdout);
    });
  }

  it('never overwrites a file, and says what it looked for where it finds nothing', async (t) => {
    const folder = firstProject(t, { ...firstProjects.make, 'targetry.yaml': 'name: mine\n' });
    const again = await targetry(['init'], { cwd: folder });
    assert.equal(again.exit, 2);
    assert.match(errorOf(again.stderr), /there is a targetry\.yaml already/);
    assert.equal(readFileSync(join(folder, 'targetry.yaml'), 'utf8'), 'name: mine\n');
    const nothing = await targetry(['init'], { cwd: firstProject(t, { 'README.md': '' }) });
    assert.equal(nothing.exit, 2);
    assert.match(errorOf(nothing.stderr), /none of these is there: binding\.gyp, Cargo\.toml/);
  });
});

function firstProject(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-first-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    if (path === 'configure') chmodSync(join(folder, path), 0o755);
  }
  return folder;
}
