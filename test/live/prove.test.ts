/**
 * `targetry prove` of real packages of npm and PyPI in Debian 11, 12 and 13 and in Alpine's own root filesystems: what the audit
 * computed is what happens, for every file and system.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { it } from 'node:test';
import { noAlpine, tarballOf } from '../alpine.ts';
import { targetry, whyNoBuilds } from '../build/command-line.ts';
import { npmTarballs } from '../npm-tarballs.ts';

const PACKAGES = [
  '@rollup/rollup-linux-x64-gnu@4.68.7',
  '@rollup/rollup-linux-x64-musl@4.68.2',
  '@parcel/watcher-linux-x64-glibc@2.6.0',
  '@parcel/watcher-linux-x64-musl@2.6.0',
  'lightningcss-linux-x64-gnu@1.33.0',
  'lightningcss-linux-x64-musl@1.33.0',
  '@unrs/resolver-binding-linux-x64-gnu@1.13.0',
  '@node-rs/argon2-linux-x64-gnu@2.2.1',
  '@node-rs/bcrypt-linux-x64-musl@1.10.9',
  '@node-rs/crc32-linux-x64-musl@1.10.8',
  '@ast-grep/napi-linux-x64-gnu@0.51.1',
  '@resvg/resvg-js-linux-x64-musl@2.6.2',
  '@esbuild/linux-x64@0.28.2',
  '@dprint/linux-x64-glibc@0.57.4',
  '@dprint/linux-x64-musl@0.57.4',
  '@oxlint/linux-x64-gnu@1.43.0',
  '@oxlint/linux-x64-musl@1.43.0',
  '@sentry/cli-linux-x64@3.8.0',
  'lefthook-linux-x64@2.2.2',
];
const WHEELS = [
  { wheel: 'markupsafe==3.0.3', platform: 'manylinux2014_x86_64', python: '3.11' },
  { wheel: 'ninja==1.13.0', platform: 'manylinux2014_x86_64', python: '3.11' },
];
const ALPINES = ['3.19.4', '3.20.3'];
const DEBIANS = ['debian-11', 'debian-12', 'debian-13'];

const nameOf = (release: string) => `alpine-${release.replace(/\.\d+$/, '')}`;

const skip =
  (await whyNoBuilds()) || noAlpine(...ALPINES) || (process.arch !== 'x64' && 'needs a machine of x64');

it('real packages run where the audit says, and nowhere else', { skip, timeout: 900_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-live-prove-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = [...npmTarballs(PACKAGES).values(), ...wheels(folder)];
  assert.ok(files.length >= 20, `only ${files.length} packages could be fetched`);
  for (const file of files) cpSync(file, join(folder, basename(file)));
  for (const release of ALPINES) cpSync(tarballOf(release), join(folder, `${nameOf(release)}.tar.gz`));
  const environments = ALPINES.map(
    (release) => `  ${nameOf(release)}: { rootfs: ${nameOf(release)}.tar.gz }\n`,
  );
  writeFileSync(join(folder, 'targetry.yaml'), `name: proof\nenvironments:\n${environments.join('')}`);

  const places = [...DEBIANS, ...ALPINES.map(nameOf)];
  const names = readdirSync(folder).filter((name) => /\.(tgz|whl)$/.test(name));
  const words = ['prove', ...names, '--in', places.join(','), '--format', 'json', '--progress', 'quiet'];
  const { exit, stdout, stderr } = await targetry(words, { cwd: folder });
  assert.equal(stderr, '');
  const { predicate } = JSON.parse(stdout) as { predicate: { runs: readonly Run[] } };
  const differing = predicate.runs.filter(({ agrees }) => !agrees);
  assert.deepEqual(differing, []);
  assert.equal(exit, 0);
  assert.equal(predicate.runs.length, names.length * places.length);
  const counts = new Map<string, number>();
  for (const { predicted, measured } of predicate.runs) {
    const word = `${predicted} and ${measured}`;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  t.diagnostic(`${names.length} files, ${predicate.runs.length} runs: ${JSON.stringify([...counts])}`);
  assert.ok(counts.get('yes and runs')! > 30 && counts.get('no and fails')! > 20);
});

interface Run {
  readonly artifact: string;
  readonly environment: string;
  readonly predicted: string;
  readonly measured: string;
  readonly agrees: boolean;
  readonly because: string | null;
}

/** By PyPI's own client. */
function wheels(folder: string): string[] {
  const into = join(folder, 'wheels');
  for (const { wheel, platform, python } of WHEELS) {
    const words = ['--no-deps', '--only-binary=:all:', '--platform', platform, '--python-version', python];
    spawnSync('python3', ['-m', 'pip', 'download', '--quiet', ...words, '--dest', into, wheel]);
  }
  return readdirSync(into).map((name) => join(into, name));
}
