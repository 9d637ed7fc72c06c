/** The engine's suites once more, as a user without any privilege, where root runs them. */
import { test } from 'node:test';
import { noScene } from '../engine-scene.ts';
import { asOrdinaryUser, runSuites } from '../engine-suites.ts';

const skip = noScene ?? (process.getuid!() === 0 ? false : 'this is an ordinary user already');

test('as an ordinary user', { skip }, async (t) => {
  const suites = ['steps', 'isolation', 'faults', 'emulation', 'mounts', 'files', 'secrets', 'caches'];
  await runSuites(t, suites, asOrdinaryUser(t));
});
