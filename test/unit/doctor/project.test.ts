import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caches } from '../../../src/doctor/checks/caches.ts';
import { config } from '../../../src/doctor/checks/config.ts';
import { endsOfReleases } from '../../../src/doctor/checks/end-of-life.ts';
import { lock } from '../../../src/doctor/checks/lock.ts';
import { packages } from '../../../src/doctor/checks/packages.ts';
import { stepCertificates } from '../../../src/doctor/checks/step-certificates.ts';
import { pins } from '../../../src/doctor/checks/pins.ts';
import { promises } from '../../../src/doctor/checks/promises.ts';
import { Failure } from '../../../src/report/failure.ts';
import { golden } from '../../golden.ts';
import { cases } from './cases.ts';

const at = { file: 'targetry.yaml', line: 7, column: 3, length: 5, text: '' };
const project = { file: 'targetry.yaml', targets: [{}, {}], environments: new Map([['one', {}]]) };
const here = { project, warnings: [], targets: [] } as unknown as Parameters<typeof config.judge>[0];
const fits = { exists: true, checked: 3, outdated: [], unused: [], lock: undefined };
const target = { target: 'linux-x64-gnu', environment: 'debian-12', at, programs: true, otherwise: false };
const glibc = { ...target, libc: { name: 'glibc', version: '2.36' } } as const;
const rule = { name: 'objects', path: '.cache', at };
const unknown = {
  code: 'package-unknown',
  severity: 'error',
  message: 'there is no package gccc',
  at,
} as const;

const all = [
  cases(config, {
    right: here,
    none: undefined,
    'with a mistake': new Failure('config-invalid', 'targetry.yaml has a mistake', {
      diagnostics: [{ code: 'config-key-unknown', severity: 'error', message: 'unknown key `stepps`', at }],
    }),
    'that can not be read': new Failure('config-syntax', 'targetry.yaml is not UTF-8 text'),
  }),
  cases(lock, {
    fits,
    'of no project': undefined,
    'not there': { ...fits, exists: false },
    old: {
      ...fits,
      outdated: [
        { name: 'debian-12', arch: 'amd64', known: true },
        { name: 'alpine', arch: 'aarch64', known: false },
      ],
    },
    'with too much': { ...fits, unused: [{ name: 'gone', arch: 'amd64' }] },
  }),
  cases(packages, {
    'that are there': { failures: [], late: [] },
    'of no project': undefined,
    'one that is not': {
      failures: [
        new Failure('packages-conflict', 'no', { diagnostics: [{ ...unknown, hint: 'did you mean gcc?' }] }),
      ],
      late: ['alpine x86_64'],
    },
    'of a server that is down': { failures: [new Failure('mirror-unreachable', 'no')], late: [] },
    'of a slow server': { failures: [], late: ['debian-12 amd64'] },
  }),
  cases(promises, {
    kept: [{ ...glibc, promise: { kind: 'glibc', version: '2.36' } }],
    'of no project': undefined,
    'of a program': [{ ...glibc, promise: { kind: 'glibc', version: '2.31' } }],
    'of a library': [{ ...glibc, programs: false, promise: { kind: 'manylinux', version: '2.28' } }],
    'of a program that is linked otherwise': [
      { ...glibc, otherwise: true, promise: { kind: 'runs-on', distro: 'debian-11' } },
    ],
    'of musl': [
      { ...target, libc: { name: 'musl', version: '1.2.5' }, promise: { kind: 'musl', version: '1.2.3' } },
    ],
    'of other things': [
      { ...glibc, promise: { kind: 'static' } },
      { ...glibc, promise: { kind: 'musl', version: undefined } },
    ],
  }),
  cases(endsOfReleases, {
    'in time': [],
    'of no project': undefined,
    over: [
      {
        code: 'release-end-of-life',
        severity: 'warning',
        message: 'debian bullseye has had no security updates since 2026-08-31',
        hint: 'move to a newer release',
        at,
      },
    ],
  }),
  cases(caches, {
    'for one step': [{ rule: { ...rule, share: 'target' }, steps: ['compile'] }],
    'of no project': undefined,
    'for two steps': [{ rule: { ...rule, share: 'target' }, steps: ['compile', 'test'] }],
    'for an environment': [{ rule: { ...rule, share: 'environment' }, steps: ['compile'] }],
    'for the project': [{ rule: { ...rule, share: 'project' }, steps: ['compile'] }],
  }),
  cases(pins, {
    'in the lock': [],
    'of no project': undefined,
    'by nobody': [
      { step: 'deps', at, command: 'npm install', why: 'may take others', cure: 'write `npm ci`' },
    ],
  }),
  cases(stepCertificates, {
    'in the steps': { own: 1, steps: [] },
    'of no project': undefined,
    'that everybody has': { own: 0, steps: [{ name: 'deps', at }] },
    'that a step lacks': { own: 1, steps: [{ name: 'deps', at }] },
    'that steps lack': {
      own: 2,
      steps: [
        { name: 'deps', at },
        { name: 'wheel', at },
      ],
    },
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

function unpinned(run: string, env = {}): string[] {
  const step = { name: 's', run, env, each: {}, network: true, at, only: undefined, except: undefined };
  const one = { project: { steps: [step] }, targets: [{ name: 't', arch: 'x64', environment: {} }] };
  const found = pins.probe({ project: one } as unknown as Parameters<typeof pins.probe>[0]);
  return (found as readonly { readonly command: string }[]).map(({ command }) => command);
}

test('commands whose result only the day decides are told from those that are pinned', () => {
  const loose = {
    'curl -sSf https://sh.rustup.rs | sh': 'curl -sSf https://sh.rustup.rs | sh',
    'wget -qO- x.example | sudo bash -s': 'wget -qO- x.example | sudo bash',
    'apt-get -y install cmake': 'apt-get -y install',
    'apk add --no-cache make': 'apk add',
    'python3 -m pip install meson ninja': 'pip install meson ninja',
    'pip wheel numpy -w out; ls': 'pip wheel numpy -w out',
    'pip wheel --no-deps -w out . && ls': 'pip wheel --no-deps -w out .',
    'pip install .': 'pip install .',
    "pip install -e '.[test]'": "pip install -e '.[test]'",
    'pip3 wheel ./python': 'pip3 wheel ./python',
    'python3.11 -m build --wheel': 'python3.11 -m build --wheel',
    'npm install -g pnpm': 'npm install -g pnpm',
    'npm install': 'npm install',
    'npm i && make': 'npm i',
    'cargo install cargo-c': 'cargo install cargo-c',
    'go install golang.org/x/tools/cmd/stringer@latest': 'go install golang.org/x/tools/cmd/stringer@latest',
  };
  for (const [run, command] of Object.entries(loose)) assert.deepEqual(unpinned(run), [command], run);
  const pinned = [
    'curl -sSfO https://example.org/x.tar.gz',
    'pip install meson==1.5.0',
    'pip install --require-hashes -r requirements.txt',
    'pip install -r requirements.txt',
    'pip wheel --no-deps --no-build-isolation -w out .',
    'pip wheel --no-index --find-links vendor .',
    'PIP_NO_INDEX=1 pip wheel .',
    'export PIP_CONSTRAINT=build.txt; python3 -m build',
    'python3 -m build --no-isolation --wheel',
    'pip install ./vendor/a-1.0.whl --no-index',
    'npm ci',
    'npm install -g pnpm@10.20.0',
    'npm install --offline ./x.tgz',
    'cargo install --locked cargo-c@0.10.0',
    'go install golang.org/x/tools/cmd/stringer@v0.20.0',
    '# apt-get install cmake',
    'make install',
  ];
  for (const run of pinned) assert.deepEqual(unpinned(run), [], run);
  for (const name of ['PIP_NO_INDEX', 'PIP_NO_BUILD_ISOLATION', 'PIP_CONSTRAINT'])
    assert.deepEqual(unpinned('pip wheel .', { [name]: '1' }), [], name);
  assert.deepEqual(unpinned('pip wheel .', { PIP_CERT: '/run/ca.pem' }), ['pip wheel .']);
});
