// Damages what Targetry reads, for a time, and ends with 1 where something came of it that is neither an answer nor a
// problem in the report.
//
//   node scripts/fuzz.mjs [NAME…] [--minutes=N] [--seed=N]
//
// A name is a file of test/fuzz; without one, all of them, each for 60 seconds. Every run damages otherwise, unless it is
// given the seed of another. Damaged files that show something are left in the folder for temporary files.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const compiled = fileURLToPath(new URL('../build/test/fuzz/', import.meta.url));
const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith('--'));
const unknown = words.filter((word) => word.startsWith('--') && !/^--(minutes|seed)=[\d.]+$/.test(word));
const modules = readdirSync(compiled)
  .filter((file) => file.endsWith('.js'))
  .map((file) => basename(file, '.js'));
unknown.push(...names.filter((name) => !modules.includes(name)));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are --minutes=N, --seed=N and ${modules.join(', ')}`);
  process.exit(2);
}

const seconds = (option('minutes') ?? 1) * 60;
const seed = option('seed') ?? Math.floor(Math.random() * 2 ** 31);
console.log(`${seconds} seconds each, from seed ${seed}`);

const left = modules.filter((name) => names.length === 0 || names.includes(name));
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) await fuzz(name);
  }),
);

function fuzz(name) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`${compiled}${name}.js`, String(seconds), String(seed)], {
      stdio: 'inherit',
    });
    // A case that never ends is a finding as well, and can't tell of itself.
    const hung = setTimeout(() => child.kill('SIGKILL'), (seconds + 120) * 1000);
    child.on('close', (status, signal) => {
      clearTimeout(hung);
      if (signal !== null) console.log(`${name}: ended by ${signal}, at some seed after ${seed}`);
      if (status !== 0) process.exitCode = 1;
      resolve();
    });
  });
}

function option(name) {
  const word = words.find((word) => word.startsWith(`--${name}=`));
  return word === undefined ? undefined : Number(word.slice(name.length + 3));
}
