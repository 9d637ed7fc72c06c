import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePromise } from '../../../src/abi/promise.ts';
import { auditElf } from '../../../src/audit/elf-audit.ts';
import { checkPromises, promiseProblem, type PromiseAnswer } from '../../../src/audit/promise-check.ts';
import { isRead } from '../../../src/audit/verdict.ts';
import { sourceOfBytes } from '../../../src/formats/elf/byte-source.ts';
import { makeElf, type MadeElf } from '../../elf-maker.ts';

const program: MadeElf = {
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  flags1: 0x08000000,
  stack: 6,
  needed: ['libz.so.1', 'libstdc++.so.6', 'libc.so.6'],
  runpath: '$ORIGIN/../lib',
  versions: [
    { library: 'libc.so.6', version: 'GLIBC_2.17' },
    { library: 'libc.so.6', version: 'GLIBC_2.34' },
    { library: 'libstdc++.so.6', version: 'GLIBCXX_3.4.26' },
  ],
  symbols: [
    { name: '__libc_start_main', version: 1 },
    { name: '_ZSt4endl', version: 2 },
  ],
};
const musl: MadeElf = {
  interpreter: '/lib/ld-musl-x86_64.so.1',
  flags1: 0x08000000,
  needed: ['libc.musl-x86_64.so.1'],
  symbols: [{ name: 'statx' }],
};

function answer(made: MadeElf, word: string): PromiseAnswer {
  const reading = auditElf(sourceOfBytes(makeElf(made)), 'hello');
  assert.ok(isRead(reading));
  return checkPromises(reading, [parsePromise(word)!])[0]!;
}

const kept: [string, MadeElf, string][] = [
  ['a floor that is reached', program, 'glibc:2.34'],
  ['a floor of another family', program, 'glibcxx:3.4.26'],
  ['needs nothing of the family', musl, 'glibcxx:3.4.1'],
  ['static needs no glibc', { type: 2 }, 'glibc:2.17'],
  ['static needs no musl', { type: 2 }, 'musl'],
  ['static', { type: 2 }, 'static'],
  ['static and position-independent', { flags1: 0x08000000 }, 'static'],
  ['for musl', musl, 'musl'],
  ['the musl that has the symbol', musl, 'musl:1.2.5'],
  ['a release that has all of it', program, 'runs-on:debian-12'],
  ['its interpreter', program, 'interpreter:/lib64/ld-linux-x86-64.so.2'],
  ['its path', program, 'rpath:$ORIGIN/../lib'],
  ['the libc is never counted', program, 'needs:libz.so.1,libstdc++.so.6'],
  ['no CPU is asked for', program, 'isa:x86-64'],
  ['a policy', program, 'manylinux_2_34'],
  ['the policy below a version without one', program, 'manylinux_2_99'],
  ['a musl policy', musl, 'musllinux_1_2'],
  ['an object file is not loaded', { type: 1 }, 'glibc:2.0'],
];
for (const [title, made, word] of kept) {
  test(`${word} is kept: ${title}`, () => {
    assert.deepEqual(answer(made, word), { word, result: 'kept', because: [] });
  });
}

const broken: [string, MadeElf, RegExp][] = [
  ['glibc:2.31', program, /__libc_start_main of libc.so.6 \(GLIBC_2.34\)/],
  ['glibcxx:3.4.25', program, /_ZSt4endl of libstdc\+\+.so.6 \(GLIBCXX_3.4.26\)/],
  ['glibc:2.36', musl, /built for musl/],
  ['musl', program, /built for glibc/],
  ['musl:1.2.3', musl, /statx of musl 1.2.5/],
  ['static', program, /started by \/lib64\/ld-linux-x86-64.so.2/],
  ['static', { needed: ['libc.so.6'] }, /needs libc.so.6/],
  ['manylinux_2_28', program, /GLIBC_2.34 \(__libc_start_main\)/],
  ['musllinux_1_2', program, /built for glibc/],
  ['runs-on:debian-11', program, /GLIBC_2.34/],
  ['interpreter:/lib/ld-musl-x86_64.so.1', program, /ld-linux/],
  ['rpath:$ORIGIN', program, /\$ORIGIN\/..\/lib/],
  ['rpath:$ORIGIN', musl, /has none/],
  ['needs:libz.so.1', program, /needs libstdc\+\+.so.6$/],
];
for (const [word, made, reason] of broken) {
  test(`${word} is broken by a file that: ${reason.source}`, () => {
    const { result, because } = answer(made, word);
    assert.equal(result, 'broken');
    assert.match(because.join('; '), reason);
  });
}

test('what nobody computed is neither kept nor broken', () => {
  assert.equal(answer(program, 'runs-on:plan-9').result, 'unproven');
  assert.equal(answer({ needed: ['libfoo.so.1'] }, 'glibc:2.31').result, 'unproven');
  const unusual = { library: 'libc.so.6', version: 'GLIBC_ABI_SOMETHING' };
  assert.equal(answer({ needed: ['libc.so.6'], versions: [unusual] }, 'glibc:2.31').result, 'unproven');
});

test('a broken promise is a problem with the next step', () => {
  const problem = promiseProblem(answer(program, 'glibc:2.31'), 'dist/hello');
  assert.deepEqual(problem, {
    code: 'promise-broken',
    severity: 'error',
    message: 'the promise glibc:2.31 is broken: it needs __libc_start_main of libc.so.6 (GLIBC_2.34)',
    hint: '`__libc_start_main` comes with glibc 2.34: build in an environment below that, or against an older sysroot; without it, GLIBC_2.17 would do',
    path: 'dist/hello',
  });
  assert.equal(promiseProblem(answer(program, 'glibc:2.34'), 'dist/hello'), undefined);
});

test('one of several symbols that ask for a floor is not told to be all that is in the way', () => {
  const made = { ...program, symbols: [...program.symbols!, { name: 'dlerror', version: 1 }] };
  const { hint } = promiseProblem(answer(made, 'glibc:2.31'), 'dist/hello')!;
  assert.match(hint!, /^`\w+` and 1 more come with glibc 2\.34: .*; without them, GLIBC_2\.17 would do$/);
});

test('no cure is offered for a floor that is the first glibc of the machine', () => {
  const oldest: MadeElf = {
    ...program,
    versions: [{ library: 'libc.so.6', version: 'GLIBC_2.2.5' }],
    symbols: [{ name: 'puts', version: 0 }],
  };
  const { result, hint } = answer(oldest, 'glibc:2.1');
  assert.deepEqual({ result, hint }, { result: 'broken', hint: undefined });
});
