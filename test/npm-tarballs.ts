/** Tarballs of npm packages, kept below the machine's temporary folder from run to run. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = join(tmpdir(), 'targetry-npm-tarballs');

/** By `name@version`, what npm's own client could fetch; a version has to be given. */
export function npmTarballs(packages: readonly string[]): Map<string, string> {
  mkdirSync(folder, { recursive: true });
  const missing = packages.filter((one) => !existsSync(pathOf(one)));
  if (missing.length > 0) pack(missing);
  // One that the registry no longer has must not hide the others.
  const left = missing.filter((one) => !existsSync(pathOf(one)));
  if (missing.length > 1) for (const one of left) pack([one]);
  return new Map(packages.filter((one) => existsSync(pathOf(one))).map((one) => [one, pathOf(one)]));
}

function pack(packages: readonly string[]): void {
  spawnSync('npm', ['pack', '--silent', '--pack-destination', folder, ...packages], {
    cwd: folder,
    stdio: 'ignore',
  });
}

/** As npm names it: `@esbuild/linux-x64@0.28.2` is esbuild-linux-x64-0.28.2.tgz. */
function pathOf(one: string): string {
  return join(folder, `${one.replace(/^@/, '').replace('/', '-').replace('@', '-')}.tgz`);
}
