// ELF files per second over a folder, with the symbols that force each floor, beside readelf on the same files in the
// same run. `node bench/audit.mjs [FOLDER…]`; without one, the programs and libraries of this machine.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const { auditElfFile } = await import('../build/src/audit/audit-file.js');
const { isRead, verdictsOf } = await import('../build/src/audit/verdict.js');
const { wheelTagsOf } = await import('../build/src/audit/wheel-tags.js');

const most = 1000;
const batch = 50;
const rounds = 5;
const folders =
  process.argv.length > 2 ? process.argv.slice(2) : ['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/local'];
const found = folders.flatMap(elfFilesIn);
const step = Math.max(1, found.length / most);
const files = Array.from({ length: Math.min(most, found.length) }, (_, i) => found[Math.floor(i * step)]);
console.log(`${files.length} ELF files of ${folders.join(' ')}, one thread`);

const ways = {
  'readelf -dVsW, batched': () => {
    for (let at = 0; at < files.length; at += batch) {
      spawnSync('readelf', ['-dVsW', ...files.slice(at, at + batch)], { stdio: 'ignore' });
    }
  },
  'readelf -dVW --dyn-syms, batched': () => {
    for (let at = 0; at < files.length; at += batch) {
      spawnSync('readelf', ['-dVW', '--dyn-syms', ...files.slice(at, at + batch)], { stdio: 'ignore' });
    }
  },
  'audit, floors with symbols': () => {
    for (const file of files) auditElfFile(file);
  },
  'audit, with verdicts and tags': () => {
    for (const file of files) {
      const reading = auditElfFile(file);
      if (isRead(reading)) {
        verdictsOf(reading);
        wheelTagsOf([reading]);
      }
    }
  },
};

const rates = {};
for (const [name, run] of Object.entries(ways)) {
  // The first round of each warms the page cache, and our own code.
  const times = Array.from({ length: name.startsWith('readelf') ? 2 : rounds }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  rates[name] = { first: (files.length / times[0]) * 1000, best: (files.length / Math.min(...times)) * 1000 };
}

const base = rates['readelf -dVsW, batched'].best;
for (const [name, { first, best }] of Object.entries(rates)) {
  const rate = `${best.toFixed(0).padStart(7)} files/s (first round ${first.toFixed(0)})`;
  console.log(`${name.padEnd(34)} ${rate.padEnd(40)} ${(best / base).toFixed(1)} x readelf`);
}

function elfFilesIn(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return elfFilesIn(path);
    return entry.isFile() && startsAsElf(path) ? [path] : [];
  });
}

function startsAsElf(path) {
  const start = Buffer.alloc(4);
  try {
    const file = openSync(path, 'r');
    readSync(file, start, 0, 4, 0);
    closeSync(file);
  } catch {
    return false;
  }
  return start.toString('latin1') === '\u007fELF';
}
