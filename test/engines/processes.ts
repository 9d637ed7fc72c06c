import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

/** Whether a process has these words in its command. */
function isRunning(words: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(words);
    } catch {
      return false;
    }
  });
}

/** Holds what has these words in its command to being gone within a second. */
export async function assertEnds(words: string): Promise<void> {
  const deadline = Date.now() + 1000;
  while (isRunning(words)) {
    assert.ok(Date.now() < deadline, 'a step runs a second later');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
