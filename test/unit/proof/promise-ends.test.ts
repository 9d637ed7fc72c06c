import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ElfAudit, LibcKind, Verdict } from '../../../src/audit/report.ts';
import { parsePromise } from '../../../src/abi/promise.ts';
import type { ProofRule, Target } from '../../../src/config/project.ts';
import { rulesAtEnds } from '../../../src/proof/promise-ends.ts';
import type { Provable } from '../../../src/proof/provable.ts';

const at = { file: 'f', line: 1, column: 1, length: 1, text: '' };
const both = { oldest: true, newest: true };

interface Made {
  readonly libc: LibcKind;
  readonly promise?: readonly string[];
  readonly runsOn?: readonly Verdict[];
}

/** What the rules ask of it. */
function artifact({ libc, promise, runsOn = [] }: Made): Provable {
  const promises = promise?.map((word) => ({ promise: parsePromise(word)!, at }));
  const target = { name: 'a', arch: 'x64', libc, environment: { name: 'e' }, promises };
  return {
    name: 'a',
    from: '/a',
    kind: 'executable',
    sha256: '',
    arch: 'x64',
    runsOn,
    elfs: [{ libc } as ElfAudit],
    target: promise && (target as unknown as Target),
  };
}

function places(made: Made, ends = both): readonly string[] {
  const rules = rulesAtEnds(artifact(made), ends, { rules: [], run: undefined });
  return rules.flatMap((rule) => rule.in.map(({ name }) => name));
}

test('the oldest release is the first that has what is promised, the newest the last with a number', () => {
  assert.deepEqual(places({ libc: 'glibc', promise: ['glibc:2.31'] }), ['debian-11', 'debian-13']);
  assert.deepEqual(places({ libc: 'glibc', promise: ['manylinux_2_17'] }), ['debian-11', 'debian-13']);
  assert.deepEqual(places({ libc: 'glibc', promise: ['glibc:2.32'] }), ['debian-12', 'debian-13']);
  assert.deepEqual(places({ libc: 'glibc', promise: ['runs-on:debian-13'] }), ['debian-13']);
  const oldest = { oldest: true, newest: false };
  assert.deepEqual(places({ libc: 'glibc', promise: ['glibc:2.31'] }, oldest), ['debian-11']);
  assert.deepEqual(places({ libc: 'glibc', promise: ['glibc:2.99'] }), []);
});

test('musl is proven in Alpine, and what needs no libc in Debian', () => {
  assert.deepEqual(places({ libc: 'musl', promise: ['musl:1.2.5'] }), ['alpine-3.20', 'alpine-3.24']);
  assert.deepEqual(places({ libc: 'musl', promise: ['musl'] }), ['alpine-3.12', 'alpine-3.24']);
  assert.deepEqual(places({ libc: 'static', promise: ['static'] }), ['debian-11', 'debian-13']);
});

test('of what nobody promised anything the audit tells the ends', () => {
  const runsOn: readonly Verdict[] = [
    { distro: 'debian-11', runs: 'no', because: ['x'] },
    { distro: 'debian-12', runs: 'yes', because: [] },
    { distro: 'debian-13', runs: 'unknown', because: [] },
  ];
  assert.deepEqual(places({ libc: 'glibc', runsOn }), ['debian-12']);
});

test('the commands are those of the rules that are for the target, unless one is given', () => {
  const rule = (target: string, run: string): ProofRule => ({
    only: { target: [target] },
    except: undefined,
    in: [],
    run,
    at,
  });
  const rules = [rule('a', 'one'), rule('other', 'two')];
  const made = artifact({ libc: 'glibc', promise: ['glibc:2.31'] });
  const runs = (run?: string) => rulesAtEnds(made, both, { rules, run }).map((one) => one.run);
  assert.deepEqual(runs(), ['one']);
  assert.deepEqual(runs('given'), ['given']);
});
