// A log of 200 MB explained: time and memory, beside `grep -E` looking for the same words. Half of its lines are of the kind
// that no pattern cares for; the others have colours, time stamps, progress that overwrites itself, or words of a pattern.
// And a small one of lines that resemble known failures, each, which is the most work that a log can make.
//
//   npm run bench -- explain [MEGABYTES]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { failureClasses } from '../build/src/explain/failure-classes.js';
import { neededWords } from '../build/src/explain/pattern/needed-words.js';
import { Pattern } from '../build/src/explain/pattern/pattern.js';
import { median, medianTime, tell, tellPeer, timeOf, words } from './figures.mjs';

const main = fileURLToPath(new URL('../build/bundle/targetry.js', import.meta.url));
const lookAlikes = new URL('../test/unit/explain/healthy.txt', import.meta.url);
const megabytes = Number(words[0] ?? 200);
const rounds = 3;
const kinds = [
  (n) => `#12 ${n}.123 cc -O2 -Wall -fPIC -c -o build/obj/module_${n}.o src/module_${n}.c\n`,
  (n) => `[${n % 400}/400] Building CXX object src/CMakeFiles/app.dir/file_${n}.cpp.o\n`,
  (n) => `2026-11-21T10:00:00.1234567Z \u001B[32m   Compiling\u001B[0m crate-${n} v1.${n % 90}.0\n`,
  (n) => `Get:${n} http://mirror.example/debian bookworm/main amd64 package-${n} amd64 1.2.${n} [12.3 kB]\n`,
  (n) => `src/file_${n}.c:${n % 900}:7: warning: unused variable 'killed' [-Wunused-variable]\n`,
  (n) => `checking for library_${n}.h... no\n`,
  (n) => `\r  ${n % 100}% [=====>     ] \r  ${(n + 1) % 100}% [======>    ]\n`,
  (n) => `npm http fetch GET 200 https://registry.example/package-${n} 12ms (cache hit)\n`,
];
const cause = "./app: /lib/libc.so.6: version `GLIBC_2.38' not found (required by ./app)\n";

const folder = mkdtempSync(join(tmpdir(), 'targetry-bench-'));
try {
  const log = join(folder, 'build.log');
  writeLog(log);
  const seconds = [];
  let memory = 0;
  for (let round = 0; round < rounds; round++) {
    seconds.push((await timeOf(async () => (memory = Math.max(memory, await explain(log))))) / 1000);
  }
  const peer = { name: 'grep -iE for the same words', value: await grepSeconds(log) };
  tell({ what: `a log of ${megabytes} MB explained`, value: median(seconds), unit: 's', peer });
  tell({ what: 'memory at its most', value: memory, unit: 'MB' });
  const hard = join(folder, 'hard.log');
  writeFileSync(hard, readFileSync(lookAlikes, 'utf8').repeat(20));
  const took = await medianTime(rounds, () => spawnSync(process.execPath, [main, 'explain', hard]));
  const what = `${(statSync(hard).size / 1e6).toFixed(1)} MB of nothing but lines that resemble failures`;
  tell({ what, value: took / 1000, unit: 's' });
} finally {
  rmSync(folder, { recursive: true });
}

/** As users do it; tells the memory at its most, in MB. */
async function explain(log) {
  const child = spawn(process.execPath, [main, 'explain', log, '--format', 'json']);
  let most = 0;
  const look = setInterval(() => {
    const [, kib = 0] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
    most = Math.max(most, kib / 1024);
  }, 50);
  const ended = once(child, 'close').finally(() => clearInterval(look));
  const found = JSON.parse(await text(child.stdout)).findings[0]?.class;
  await ended;
  if (found !== 'glibc-too-old') throw new Error(`found ${found}`);
  return most;
}

function writeLog(path) {
  const file = openSync(path, 'w');
  let written = 0;
  for (let n = 0; written < megabytes * 1e6;) {
    let block = '';
    for (let line = 0; line < 4000; line++) block += kinds[n++ % kinds.length](n);
    if (written < megabytes * 0.5e6 && written + block.length >= megabytes * 0.5e6) block += cause;
    written += writeSync(file, block);
  }
  closeSync(file);
}

/** For the words without which no pattern matches, and no patterns. */
async function grepSeconds(log) {
  if (!tellPeer('grep', 'grep')) return undefined;
  const list = join(folder, 'words');
  const sources = failureClasses.flatMap(({ signs }) => signs.map(({ says }) => says.source));
  const needed = [...new Set(sources.flatMap((source) => neededWords(new Pattern(source).node)))];
  const escaped = needed.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  writeFileSync(list, `${escaped.join('\n')}\n`);
  const grep = () => spawnSync('grep', ['-c', '-i', '-E', '-f', list, log], { env: { LC_ALL: 'C' } });
  return (await medianTime(rounds, grep)) / 1000;
}
