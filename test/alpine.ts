/** Alpine's own root filesystems and indexes, with the real apk, as the judge of ours. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const data = join(process.env['TARGETRY_SHARED'] ?? resolve('../shared'), 'data');

export const apkData = join(data, 'apk');

/** Why the real apk can't be run here; undefined where it can. */
export function noAlpine(...releases: readonly string[]): string | false {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'needs Linux on x64';
  if (process.geteuid?.() !== 0) return 'needs root, for chroot';
  return releases.map((release) => tarballOf(release)).find((path) => !existsSync(path)) === undefined
    ? false
    : `the Alpine roots of ${data} are missing`;
}

export function tarballOf(release: string, arch = 'x86_64'): string {
  return join(data, `alpine/alpine-minirootfs-${release}-${arch}.tar.gz`);
}

interface Answer {
  readonly status: number | null;
  readonly text: string;
}

/** The apk that is in a root, run there. */
export function apkOf(root: string, ...args: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync('chroot', [root, '/sbin/apk', ...args], { encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

/** An Alpine system in a temporary folder. */
export class Alpine {
  readonly folder: string;

  constructor(release: string, arch?: string) {
    this.folder = mkdtempSync(join(tmpdir(), 'alpine-'));
    execFileSync('tar', ['-xzf', tarballOf(release, arch), '-C', this.folder]);
  }

  /** A folder of this machine, as one of the system. */
  bring(from: string, to: string): void {
    mkdirSync(join(this.folder, to), { recursive: true });
    cpSync(from, join(this.folder, to), { recursive: true });
  }

  apk(...args: readonly string[]): Answer {
    return apkOf(this.folder, ...args);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
