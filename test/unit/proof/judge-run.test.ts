import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Runs } from '../../../src/audit/report.ts';
import type { Command } from '../../../src/proof/command.ts';
import { judgeRun, lackedLibrary, type Proven } from '../../../src/proof/judge-run.ts';
import type { ProofCase } from '../../../src/proof/proof-case.ts';

const debian = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n';

interface Happened {
  readonly code?: number;
  readonly output?: string;
  readonly system?: string;
}

function judged(predicted: Runs, happened: Happened, command: Partial<Command> = {}): Proven {
  const because = predicted === 'no' ? ['it needs GLIBC_2.38, and the release has 2.36'] : [];
  const runsOn = [
    { distro: 'debian-12', runs: predicted, because },
    { distro: 'alpine-3.20', runs: 'no' as const, because: ["its interpreter is glibc's"] },
  ];
  const one = { artifact: { runsOn }, command: { script: 'it', strict: true, ...command } };
  return judgeRun(one as unknown as ProofCase, { code: 0, output: '', system: debian, ...happened });
}

test('what happens as it was computed agrees, whether it runs or not', () => {
  assert.deepEqual(
    [
      judged('yes', {}),
      judged('no', { code: 127 }),
      judged('unknown', {}),
      judged('unknown', { code: 1 }),
    ].map(({ measured, agrees }) => [measured, agrees]),
    [
      ['runs', true],
      ['fails', true],
      ['runs', true],
      ['fails', true],
    ],
  );
});

test('what happens otherwise differs, with the words of the system and not of the audit', () => {
  const output = 'hello\n./it: error while loading shared libraries: libssl.so.3: cannot open\n\nlast\n';
  const { agrees, because } = judged('yes', { code: 127, output });
  assert.deepEqual(
    [agrees, because],
    [false, './it: error while loading shared libraries: libssl.so.3: cannot open'],
  );
  assert.equal(judged('no', {}).agrees, false);
  assert.equal(judged('no', { code: 1 }).because, 'it needs GLIBC_2.38, and the release has 2.36');
});

test('a program that dislikes --version runs; one that a shell or loader ended does not', () => {
  for (const [code, measured] of [
    [0, 'runs'],
    [1, 'runs'],
    [64, 'runs'],
    [126, 'fails'],
    [127, 'fails'],
    [132, 'fails'],
    [139, 'fails'],
  ] as const) {
    assert.equal(judged('unknown', { code }, { strict: false }).measured, measured, String(code));
  }
});

test('a system without the Python, the Node or the compiler libraries of a file says nothing of the file', () => {
  for (const output of [
    '/usr/bin/python3: No module named pip',
    'sh: 1: node: not found',
    'ERROR: x-1.0-cp313-cp313-linux_x86_64.whl is not a supported wheel on this platform.',
    'Error: /x.node: undefined symbol: napi_create_external_buffer',
    'Error relocating /x.node: node_api_symbol_for: symbol not found',
    'Error loading shared library libgcc_s.so.1: No such file or directory (needed by ./x.node)',
    './x: error while loading shared libraries: libstdc++.so.6: cannot open shared object file',
    "ERROR: ld.so: object './x.so' from LD_PRELOAD cannot be preloaded (libz.so.1: cannot open shared object file",
    'The module was compiled against a different Node.js version using\nNODE_MODULE_VERSION 115.',
  ]) {
    const { measured, agrees } = judged('yes', { code: 1, output });
    assert.deepEqual([measured, agrees], ['unfit', true], output);
  }
});

test('the root says itself which release it is, with or without patches in its version', () => {
  for (const [system, release] of [
    [debian, 'debian-12'],
    ['NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\n', 'alpine-3.20'],
    ['ID=ubuntu\nVERSION_ID="24.04"\n', 'ubuntu-24.04'],
    ['ID=wolfi\nVERSION_ID="20230201"\n', 'wolfi'],
    ['ID=unheard-of\n', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(judged('yes', { system }).release, release);
  }
});

test('the library that a loader missed is told, whoever the loader is', () => {
  for (const output of [
    './it: error while loading shared libraries: libfoo-2.so.1: cannot open shared object file: No such file',
    "ERROR: ld.so: object '/a' cannot be preloaded\nlibfoo-2.so.1: cannot open shared object file: No such file",
    'Error: libfoo-2.so.1: cannot open shared object file: No such file or directory\n    at Module._extensions..node',
    'Error loading shared library libfoo-2.so.1: No such file or directory (needed by /it)',
  ])
    assert.equal(lackedLibrary({ code: 127, output, system: debian }), 'libfoo-2.so.1', output);
  assert.equal(lackedLibrary({ code: 1, output: 'libfoo-2.so.1 is fine', system: debian }), undefined);
});
