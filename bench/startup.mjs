// How long `targetry --version` and a build with nothing to do take, beside node doing nothing: as ratios of one run.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../build/src/cli/main.js', import.meta.url));
const hello = fileURLToPath(new URL('../examples/hello/', import.meta.url));
const runs = 15;
const commands = {
  'node -e 0': ['-e', '0'],
  'targetry --version': [main, '--version'],
  'targetry --help': [main, '--help'],
  'targetry build, nothing changed': [main, 'build', '-C', hello, '--progress', 'quiet'],
};

const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
for (let run = -1; run < runs; run++) {
  for (const [name, args] of Object.entries(commands)) {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
    if (run >= 0) times[name].push(performance.now() - start);
  }
}

const bare = median(times['node -e 0']);
for (const [name, list] of Object.entries(times)) {
  const ms = median(list);
  console.log(`${name.padEnd(34)} ${ms.toFixed(0).padStart(5)} ms   ${(ms / bare).toFixed(2)} x node`);
}

function median(list) {
  return list.toSorted((a, b) => a - b)[list.length >> 1];
}
