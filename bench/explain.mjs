// A log of 200 MB explained: time and memory, beside `grep -E` looking for the same words. Half of its lines are of the kind
// that no pattern cares for; the others have colours, time stamps, progress that overwrites itself, or words of a pattern.
//
//   npm run bench:explain [MEGABYTES]
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Explainer } from '../build/src/explain/explain.js';
import { failureClasses } from '../build/src/explain/failure-classes.js';
import { neededWords } from '../build/src/explain/pattern/needed-words.js';
import { Pattern } from '../build/src/explain/pattern/pattern.js';

const megabytes = Number(process.argv[2] ?? 200);
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
  const before = process.resourceUsage().maxRSS;
  const explainer = new Explainer(failureClasses);
  const { findings, seconds } = await timed(() =>
    explainer.explain(createReadStream(log, { highWaterMark: 1 << 20 })),
  );
  const grown = (process.resourceUsage().maxRSS - before) / 1024;
  console.log(
    `explain   ${seconds.toFixed(2)} s   ${grown.toFixed(0)} MB more memory   ${findings[0]?.class}`,
  );

  const words = join(folder, 'words');
  const sources = failureClasses.flatMap(({ signs }) => signs.map(({ says }) => says.source));
  const needed = [...new Set(sources.flatMap((source) => neededWords(new Pattern(source).node)[0]))];
  writeFileSync(
    words,
    `${needed.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\n')}\n`,
  );
  const grep = await timed(() => ({
    status: spawnSync('grep', ['-c', '-i', '-E', '-f', words, log], { env: { LC_ALL: 'C' } }).status,
  }));
  console.log(`grep -E   ${grep.seconds.toFixed(2)} s   for ${needed.length} words, and no patterns`);
} finally {
  rmSync(folder, { recursive: true });
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

async function timed(work) {
  const from = performance.now();
  const result = await work();
  return { ...result, seconds: (performance.now() - from) / 1000 };
}
