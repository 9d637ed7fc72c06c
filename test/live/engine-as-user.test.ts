/** The engine's suites once more, as a user without any privilege, where root runs them. */
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { noScene } from '../engine-scene.ts';
import { asOrdinaryUser, runSuites, withRange } from '../engine-suites.ts';

const skip = noScene ?? (process.getuid!() === 0 ? false : 'this is an ordinary user already');

test('as an ordinary user', { skip }, async (t) => {
  const suites = ['steps', 'isolation', 'faults', 'emulation', 'mounts', 'files', 'secrets', 'caches'];
  await runSuites(t, suites, asOrdinaryUser(t));
});

test('as an ordinary user without new privileges', { skip }, async (t) => {
  await runSuites(t, ['steps', 'files'], { ...asOrdinaryUser(t), noNewPrivileges: true });
});

const noUidmap = existsSync('/usr/bin/newuidmap') ? false : 'needs the package uidmap';

test('as an ordinary user with a range of ids', { skip: skip || noUidmap }, async (t) => {
  const suites = ['steps', 'isolation', 'mounts', 'files', 'caches'];
  await runSuites(t, suites, withRange(asOrdinaryUser(t)));
});
