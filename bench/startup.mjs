// How long `targetry --version` and a build with nothing to do take, beside node doing nothing.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchStore, median, tell } from './figures.mjs';

const main = fileURLToPath(new URL('../build/bundle/targetry.js', import.meta.url));
const hello = mkdtempSync(join(tmpdir(), 'targetry-bench-'));
const env = { ...process.env, TARGETRY_STORE: benchStore };
const runs = 15;
const bare = 'node -e 0';
const commands = {
  [bare]: ['-e', '0'],
  'targetry --version': [main, '--version'],
  'targetry --help': [main, '--help'],
  'targetry build of examples/hello, nothing changed': [main, 'build', '-C', hello, '--progress', 'quiet'],
};

const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
try {
  cpSync(fileURLToPath(new URL('../examples/hello/', import.meta.url)), hello, { recursive: true });
  takeTurns();
} finally {
  rmSync(hello, { recursive: true });
}

const { [bare]: nodes, ...ours } = times;
const peer = { name: bare, value: median(nodes) };
for (const [what, list] of Object.entries(ours)) tell({ what, value: median(list), unit: 'ms', peer });

/** So that what else the machine does is shared by all. */
function takeTurns() {
  for (let run = -1; run < runs; run++) {
    for (const [name, args] of Object.entries(commands)) {
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
      if (status !== 0) throw new Error(`${name}: ${stderr}`);
      if (run >= 0) times[name].push(performance.now() - start);
    }
  }
}
