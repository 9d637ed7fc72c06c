import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disk } from '../../../src/doctor/checks/disk.ts';
import { ids } from '../../../src/doctor/checks/ids.ts';
import { kernel } from '../../../src/doctor/checks/kernel.ts';
import { limits } from '../../../src/doctor/checks/limits.ts';
import { memory } from '../../../src/doctor/checks/memory.ts';
import { seccomp } from '../../../src/doctor/checks/seccomp.ts';
import { store } from '../../../src/doctor/checks/store.ts';
import { tools } from '../../../src/doctor/checks/tools.ts';
import { userns } from '../../../src/doctor/checks/userns.ts';
import { systemCalls } from '../../../src/doctor/system-calls.ts';
import { Failure } from '../../../src/report/failure.ts';
import { golden } from '../../golden.ts';
import { cases } from './cases.ts';

const megabyte = 1e6;
const plenty = { folder: '/store', bytes: 40_000 * megabyte, files: 2_000_000 };
const user = { kind: 'one', uid: 1000, mappers: true, perl: true } as const;
const room = { available: 16e9, limit: undefined, killed: 0, cpus: 4 };

const answered = (error: number, ...names: string[]) =>
  new Map(systemCalls.map(({ name }) => [name, names.includes(name) ? error : -22]));
const open = { filtered: false, container: undefined, release: '6.18.4-1', cpu: 'amd64', calls: answered(0) };
const docker = { ...open, filtered: true, container: 'Docker container' };

const all = [
  cases(kernel, {
    new: { platform: 'linux', release: '6.18.4-1' },
    old: { platform: 'linux', release: '5.4.0-216-generic' },
    'of another system': { platform: 'darwin', release: '' },
  }),
  cases(tools, {
    there: { missing: [] },
    missing: { missing: ['unshare', 'setpriv'] },
    'of BusyBox': {
      missing: [],
      other: new Failure(
        'engine-tool-missing',
        'the `unshare` of this machine is not the one of util-linux',
        {
          why: '/bin/unshare or setpriv lacks options that the engine needs, as those of BusyBox do',
        },
      ),
    },
  }),
  cases(userns, {
    allowed: undefined,
    denied: new Failure(
      'engine-userns-denied',
      'this machine does not let this process make a user namespace',
      {
        why: 'the number of user namespaces is limited to none here (user.max_user_namespaces=0)',
        hint: 'run `sysctl -w user.max_user_namespaces=15000`',
      },
    ),
  }),
  cases(ids, {
    'of root': { ...user, kind: 'all', uid: 0 },
    'with a range': { ...user, kind: 'range' },
    'without a range': user,
    'without newuidmap and perl': { ...user, mappers: false, perl: false },
    'of root in name': { ...user, uid: 0 },
    'that newuidmap refuses': { ...user, kind: 'range', said: 'newuidmap: write to uid_map failed' },
    'that are refused': { ...user, said: 'EPERM: operation not permitted, write' },
  }),
  cases(seccomp, {
    'all there': open,
    'faccessat2 forbidden by Docker': { ...docker, calls: answered(-1, 'faccessat2') },
    'clone3 forbidden in a pod': { ...docker, container: 'Kubernetes pod', calls: answered(-1, 'clone3') },
    'clone3 denied': { ...docker, calls: answered(-38, 'clone3') },
    'faccessat2 denied by a service': { ...open, filtered: true, calls: answered(-38, 'faccessat2') },
    'a kernel that pretends': { ...open, calls: answered(-38, 'statx') },
    'too new for the kernel': { ...open, release: '5.2.0', calls: answered(-38, 'faccessat2', 'clone3') },
    'calls that few need': { ...docker, calls: answered(-1, 'io_uring_setup', 'ptrace', 'personality') },
    'another CPU': { ...open, cpu: 's390x', calls: undefined },
    'a program that does not start': { ...open, calls: undefined, said: 'spawn EACCES' },
  }),
  cases(disk, {
    enough: plenty,
    little: { ...plenty, bytes: 900 * megabyte },
    full: { ...plenty, bytes: 3 * megabyte },
    'full of files': { ...plenty, files: 12 },
    'without a count of files': { ...plenty, files: undefined },
    'over the quota': { ...plenty, refused: 'the quota of this user is used up' },
  }),
  cases(store, {
    right: { folder: '/store' },
    'without links': { folder: '/store', link: 'EPERM' },
    noexec: { folder: '/store', execute: 'EACCES' },
  }),
  cases(memory, {
    enough: room,
    little: { ...room, available: 600 * megabyte },
    none: { ...room, available: 50 * megabyte },
    'a limit': { ...room, limit: { left: 100 * megabyte, total: 512 * megabyte } },
    'a limit that was hit': { ...room, limit: { left: 2e9, total: 2e9 }, killed: 3 },
  }),
  cases(limits, {
    wide: { files: 1_048_576, processes: Infinity, size: Infinity },
    narrow: { files: 512, processes: 100, size: 2 ** 30 },
    'too narrow': { files: 64, processes: 3, size: 1000 },
  }),
];

for (const list of all) {
  const [first] = list;
  const { id } = first!.check;
  test(`${id} has words for what it may find`, () => {
    assert.deepEqual([...new Set(first!.diagnoses.map(({ status }) => status))], ['ok']);
    golden(`doctor/${id}.txt`, list.map(({ text }) => text).join('\n'));
  });
}
