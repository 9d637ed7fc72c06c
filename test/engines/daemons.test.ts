/** The daemons that judge our engines: that they answer, and that nothing is left of them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Daemon, daemonKinds, orSkip } from './daemons.ts';

/** Processes whose command line names the folder. */
function living(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });
}

for (const kind of daemonKinds) {
  test(`${kind}: a daemon starts, starts again on what it left, and leaves nothing`, async (t) => {
    await orSkip(t, async () => {
      const daemon = await Daemon.start(kind, () => {});
      t.diagnostic(daemon.name);
      await daemon.kill();
      await daemon.start();
      assert.ok(living(daemon.folder).length > 0);
      await daemon.remove();
      assert.deepEqual(living(daemon.folder), []);
      assert.equal(existsSync(daemon.folder), false);
    });
  });
}

test('a test that is killed takes its daemons with it, and the next one clears their files', async (t) => {
  const program = fileURLToPath(new URL('./daemon-victim.js', import.meta.url));
  const victim = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = (await once(victim.stdout, 'data')) as [Buffer];
  const said = first.toString().trim();
  if (said.startsWith('skip:')) return t.skip(said);
  assert.ok(living(said).length > 0);
  victim.kill('SIGKILL');
  await once(victim, 'exit');
  while (living(said).length > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(readFileSync('/proc/self/mountinfo', 'utf8').includes(said), false);
  const next = await Daemon.start('newest', (stop) => t.after(stop));
  assert.equal(existsSync(said), false);
  await next.remove();
});
