/** Our reader against binutils, on every ELF file that this machine happens to have. */
import assert from 'node:assert/strict';
import { closeSync, openSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { auditElfFile } from '../../src/audit/audit-file.ts';
import { looksLikeElf } from '../../src/formats/elf/elf-header.ts';
import { comparableOf, hasReadelf, readelf } from '../readelf.ts';

const FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/libexec', '/usr/local', '/lib', '/opt'];
const BATCH = 100;
const MOST_FILES = 2000;

test('every ELF file of this machine is read as readelf reads it', { timeout: 300_000 }, (t) => {
  if (!hasReadelf()) return t.skip('needs readelf (binutils)');
  const files = spread(
    FOLDERS.flatMap((folder) => Array.from(elfFilesIn(folder))),
    MOST_FILES,
  );
  let compared = 0;
  for (let at = 0; at < files.length; at += BATCH) {
    const told = readelf(files.slice(at, at + BATCH));
    for (const [path, expected] of told) {
      if (!expected) continue;
      const { audit, problems } = auditElfFile(path);
      const damage = problems.filter(({ code }) => code === 'elf-malformed');
      assert.deepEqual(damage, [], path);
      assert.deepEqual(audit && comparableOf(audit), expected, path);
      compared++;
    }
  }
  t.diagnostic(`${compared} files are equal`);
  assert.ok(compared > files.length * 0.95, `only ${compared} of ${files.length} were compared`);
});

function* elfFilesIn(folder: string): Generator<string> {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    // Files with debug information only have headers of what isn't there; readelf guesses.
    if (entry.isDirectory() && path !== '/usr/lib/debug') yield* elfFilesIn(path);
    else if (entry.isFile() && startsAsElf(path)) yield path;
  }
}

function startsAsElf(path: string): boolean {
  const start = Buffer.alloc(4);
  try {
    const file = openSync(path, 'r');
    readSync(file, start, 0, 4, 0);
    closeSync(file);
  } catch {
    return false;
  }
  return looksLikeElf(start);
}

/** As many as can be had, taken evenly. */
function spread(files: readonly string[], most: number): string[] {
  const step = Math.max(1, files.length / most);
  return Array.from({ length: Math.min(most, files.length) }, (_, i) => files[Math.floor(i * step)]!);
}
