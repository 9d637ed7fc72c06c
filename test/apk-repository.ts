/** Repositories of apk that tests make and sign themselves, as `abuild` and `apk index` do it. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { apk, apkIndex, apkIndexEntry, type SigningKey, type TarMember } from './archives.ts';
import { removeWithStore } from './late-note.ts';

/** Fields of a .PKGINFO; the files; the scripts. */
export interface TestApk {
  readonly pkgname: string;
  readonly pkgver: string;
  readonly fields?: Readonly<Record<string, string | readonly string[]>>;
  readonly files?: readonly TarMember[];
  readonly scripts?: Readonly<Record<string, string>>;
}

interface RepositoryOptions {
  readonly arch?: string;
  readonly hash?: 'sha1' | 'sha256';
  /** Of the index, in seconds. */
  readonly modified?: number;
}

/** All files of a repository by their paths below its address. */
export async function apkRepository(
  packages: readonly TestApk[],
  key: SigningKey | undefined,
  { arch = 'x86_64', hash, modified }: RepositoryOptions = {},
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  let index = '';
  for (const { pkgname, pkgver, fields, files: members, scripts } of packages) {
    const own = [{ path: `${pkgname}.txt`, bytes: `${pkgname} ${pkgver}\n` }];
    const options = { ...(key && { key }), ...(scripts && { scripts }) };
    const bytes = apk({ pkgname, pkgver, arch, size: '1000', ...fields }, members ?? own, options);
    files.set(`${arch}/${pkgname}-${pkgver}.apk`, bytes);
    index += await apkIndexEntry(bytes);
  }
  return files.set(`${arch}/APKINDEX.tar.gz`, apkIndex(index, key, hash, modified));
}

/** Writes files into a folder of their own, which is gone when the test ends. */
export function asFolder(t: TestContext, files: ReadonlyMap<string, Uint8Array | string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'apk-repository-'));
  t.after(() => removeWithStore(folder));
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}
