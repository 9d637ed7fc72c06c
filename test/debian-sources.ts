/** Release tarballs of projects that aren't ours, as Debian's source packages have them. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAptConfiguration } from '../src/packages/deb/apt-config.ts';
import { findMirrors } from '../src/packages/deb/mirrors.ts';
import { HttpClient } from '../src/remote/http.ts';

interface Source {
  readonly path: string;
  readonly sha256: string;
}

export const sources = {
  zlib: {
    path: 'pool/main/z/zlib/zlib_1.2.13.dfsg.orig.tar.bz2',
    sha256: '71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1',
  },
  ninja: {
    path: 'pool/main/n/ninja-build/ninja-build_1.11.1.orig.tar.gz',
    sha256: '31747ae633213f1eda3842686f83c2aa1412e0f5691d1c14dbbcc67fe7400cea',
  },
  cjson: {
    path: 'pool/main/c/cjson/cjson_1.7.15.orig.tar.gz',
    sha256: '5308fd4bd90cef7aa060558514de6a1a4a0819974a26e6ed13973c5f624c24b2',
  },
  jsoncpp: {
    path: 'pool/main/libj/libjsoncpp/libjsoncpp_1.9.5.orig.tar.gz',
    sha256: 'f409856e5920c18d0c2fb85276e24ee607d2a09b5e7d5f0a371368903c275da2',
  },
  musl: {
    path: 'pool/main/m/musl/musl_1.2.3.orig.tar.gz',
    sha256: '7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4',
  },
  markupsafe: {
    path: 'pool/main/m/markupsafe/markupsafe_2.1.2.orig.tar.gz',
    sha256: 'abcabc8c2b26036d62d4c746381a6f7cf60aafcc653198ad678306986b09450d',
  },
} satisfies Record<string, Source>;

/** Kept from run to run. */
export async function debianSource({ path, sha256 }: Source): Promise<string> {
  const cache = join(tmpdir(), 'targetry-sources');
  const file = join(cache, path.split('/').at(-1)!);
  if (existsSync(file) && hashOf(readFileSync(file)) === sha256) return file;
  const client = new HttpClient({ env: process.env, signal: new AbortController().signal });
  try {
    const { main } = await findMirrors({
      distro: 'debian',
      arch: 'amd64',
      apt: await readAptConfiguration('/etc/apt'),
    });
    const bytes = await client.bytes(`${main[0]!}/${path}`, 16 * 1024 * 1024);
    assert.equal(hashOf(bytes), sha256, `${path} is not the one that is known`);
    mkdirSync(cache, { recursive: true });
    writeFileSync(file, bytes);
    return file;
  } finally {
    client.close();
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
