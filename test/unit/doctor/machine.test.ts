import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildkit } from '../../../src/doctor/checks/buildkit.ts';
import { binfmt } from '../../../src/doctor/checks/binfmt.ts';
import { disk } from '../../../src/doctor/checks/disk.ts';
import { emulated } from '../../../src/doctor/checks/emulated.ts';
import { engineCalls } from '../../../src/doctor/checks/engine-calls.ts';
import { engineInside } from '../../../src/doctor/checks/engine-inside.ts';
import { engine as engineCheck } from '../../../src/doctor/checks/engine.ts';
import { ids } from '../../../src/doctor/checks/ids.ts';
import { kernel } from '../../../src/doctor/checks/kernel.ts';
import { limits } from '../../../src/doctor/checks/limits.ts';
import { memory } from '../../../src/doctor/checks/memory.ts';
import { seccomp } from '../../../src/doctor/checks/seccomp.ts';
import { store } from '../../../src/doctor/checks/store.ts';
import { tools } from '../../../src/doctor/checks/tools.ts';
import { userns } from '../../../src/doctor/checks/userns.ts';
import type { ProbeAnswers } from '../../../src/doctor/probe-program.ts';
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

const cpus = {
  wanted: undefined,
  runs: ['386'],
  said: 'mount: unknown filesystem type',
  release: '6.18.4',
  old: false,
};
const arm = new Map([['arm64', 'linux-arm64-gnu']]);
const files = ['null', 'shm', 'tmp', 'big', 'proc'] as const;
const inside: ProbeAnswers = {
  calls: answered(0),
  files: new Map(files.map((name) => [name, name === 'big' ? 0 : 3])),
  time: Date.UTC(2026, 9, 1),
  release: '6.18.4-1',
  executed: true,
};

const engine = 'embedded' as const;
const snapshotter = 'org.mobyproject.buildkit.worker.snapshotter';
const daemon = {
  where: 'unix:///run/buildkit/buildkitd.sock',
  version: 'v0.33.1',
  advisory: undefined,
  workers: [{ labels: { [snapshotter]: 'overlayfs' }, cpus: ['amd64', '386'] }],
  cache: 2e9,
};
const advisory = {
  code: 'buildkit-advisory',
  severity: 'warning',
  message: 'the daemon has a known hole',
  hint: 'update BuildKit to 0.31.1 or newer (GHSA-7236-3392-c5c6)',
} as const;

const nobody = new Failure('buildkit-unreachable', 'no BuildKit daemon answers at tcp://arm-1:1234');

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
    'without new privileges': { ...user, noNewPrivileges: true },
    'of root without new privileges': { ...user, said: 'mount: permission denied', noNewPrivileges: true },
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
  cases(binfmt, {
    'with emulators of its own': { ...cpus, said: undefined },
    'on an old kernel': { ...cpus, release: '6.1.0-13', old: true },
    'on an old kernel, registered': { ...cpus, release: '6.1.0-13', old: true, runs: ['arm64'], wanted: arm },
    'on an old kernel, wanted': { ...cpus, release: '6.1.0-13', old: true, wanted: arm },
    'without the module': { ...cpus, wanted: arm },
    'not wanted': { ...cpus, wanted: new Map() },
  }),
  cases(buildkit, {
    right: { daemons: [{ facts: daemon }], wanted: new Map([['amd64', 'linux-x64-gnu']]) },
    'right, and very old': {
      daemons: [{ facts: { ...daemon, version: undefined, workers: [{ labels: {}, cpus: ['amd64'] }] } }],
      wanted: new Map(),
    },
    'with a hole': { daemons: [{ facts: { ...daemon, advisory } }], wanted: new Map() },
    'without workers': { daemons: [{ facts: { ...daemon, workers: [] } }], wanted: arm },
    'without a CPU': { daemons: [{ facts: daemon }], wanted: arm },
    'slow and full': {
      daemons: [
        {
          facts: {
            ...daemon,
            workers: [{ labels: { [snapshotter]: 'native' }, cpus: ['amd64'] }],
            cache: 81e9,
          },
        },
      ],
      wanted: new Map(),
    },
    'nobody there': { daemons: [{ facts: nobody }], wanted: arm },
    'several, one of them silent, one named wrongly': {
      daemons: [
        { facts: daemon, cpu: 'amd64' },
        { facts: nobody, cpu: 'arm64' },
        { facts: { ...daemon, where: 'tcp://far:1234' }, cpu: 'arm64' },
      ],
      wanted: arm,
    },
  }),
  cases(engineCheck, {
    right: { name: 'embedded', answers: inside, milliseconds: 312 },
    'right, on a daemon': { name: 'buildkit', answers: inside, milliseconds: 912 },
    'killed in the middle': { name: 'embedded', said: 'it ended with exit code 159', milliseconds: 300 },
    'on a CPU without a program': { name: 'embedded', milliseconds: 300 },
  }),
  cases(engineCalls, {
    'as outside': { ...docker, outside: answered(-1, 'clone3'), calls: answered(-1, 'clone3') },
    'of a daemon': { ...docker, daemon: true, outside: undefined, calls: answered(-38, 'clone3') },
    'blocked by a daemon': { ...docker, daemon: true, outside: undefined, calls: answered(-1, 'faccessat2') },
    'blocked inside alone': { ...docker, outside: answered(0), calls: answered(-1, 'fchmodat2') },
  }),
  cases(emulated, {
    right: [{ cpu: 'arm64', run: { answers: inside, milliseconds: 812 }, now: inside.time, engine }],
    'that nobody asked for': undefined,
    'that nobody needs': [],
    'by an older QEMU': [
      {
        cpu: 'arm64',
        run: { answers: { ...inside, calls: answered(-38, 'clone3', 'faccessat2') }, milliseconds: 812 },
        now: inside.time,
        engine,
      },
    ],
    'that can not start': [
      {
        cpu: 'arm64',
        run: new Failure('emulation-denied', "this machine can't run programs of arm64", {
          why: 'it is too old',
        }),
        now: 0,
        engine,
      },
      {
        cpu: 'riscv64',
        run: { said: 'it ended with exit code 1: exec /bin/sh: exec format error' },
        now: 0,
        engine,
      },
      { cpu: 'amd64', run: { said: 'it ended with exit code 139' }, now: 0, engine },
      { cpu: 's390x', run: {}, now: 0, engine },
    ],
  }),
  cases(engineInside, {
    all: { answers: inside, now: inside.time, engine },
    'all, in a container': { answers: { ...inside, executed: false }, now: inside.time, engine: 'buildkit' },
    nothing: {
      answers: { ...inside, executed: false, files: new Map(files.map((name) => [name, -13])) },
      now: inside.time,
      engine,
    },
    'a little': {
      answers: { ...inside, executed: false, files: new Map(inside.files).set('big', -27) },
      now: inside.time - 86_400_000,
      engine,
    },
    'on a CPU without a program': { answers: undefined, now: 0, engine },
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
