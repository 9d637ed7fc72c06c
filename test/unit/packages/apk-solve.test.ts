/** What the real apk decides on whole distros is in test/live/apk.test.ts; here is each rule alone. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseApkIndex } from '../../../src/packages/apk/index-text.ts';
import { solveApk } from '../../../src/packages/apk/solve.ts';
import type { Failure } from '../../../src/report/failure.ts';

/** `a-1: D=b p=c`, a line for a package; `@tag` alone begins a repository. */
function solve(repositories: string, ...packages: string[]) {
  const indexes = repositories
    .trim()
    .split(/\n\s*(?=@)/)
    .map((part, number) => {
      const lines = part.trim().split('\n');
      const tag = lines[0]!.startsWith('@') ? lines.shift()!.slice(1) : undefined;
      return { repository: `r${number}`, tag, packages: parseApkIndex(lines.map(paragraph).join('\n\n')) };
    });
  return solveApk(indexes, { packages: packages.map((spec) => ({ spec })), where: 'the test' });
}

function paragraph(line: string): string {
  const [, name, version, fields] = /^\s*(\S+)-([0-9][^:]*):\s*(.*)$/.exec(line)!;
  const rest = fields!.split('; ').filter((field) => field !== '');
  return [`P:${name}`, `V:${version}`, `C:Q1${name}-${version}`, 'I:1', ...rest]
    .join('\n')
    .replaceAll('=>', ':');
}

const names = (solution: ReturnType<typeof solve>) =>
  solution.chosen.map(({ package: one }) => `${one.name}-${one.version}`);

function refusal(...args: Parameters<typeof solve>): Failure {
  try {
    solve(...args);
  } catch (error) {
    return error as Failure;
  }
  throw new Error('it was not refused');
}

describe('apk chooses', () => {
  it('what is needed, before what needs it, and says why', () => {
    const solution = solve('app-1: D:lib>=1 tool\nlib-1:\nlib-2:\ntool-1:', 'app');
    assert.deepEqual(names(solution), ['lib-2', 'tool-1', 'app-1']);
    assert.deepEqual(solution.reasons.get('lib'), { kind: 'needed', by: 'app', dependency: 'lib>=1' });
    assert.deepEqual(solution.reasons.get('app'), { kind: 'asked', spec: 'app' });
  });

  it('the version that a pin leaves', () => {
    const index = 'a-1.2.3:\na-1.2.9:\na-1.3:\na-2:';
    for (const [spec, version] of [
      ['a', 'a-2'],
      ['a=1.2.3', 'a-1.2.3'],
      ['a~1.2', 'a-1.2.9'],
      ['a<2', 'a-1.3'],
    ] as const)
      assert.deepEqual(names(solve(index, spec)), [version]);
  });

  it('the provider with the highest priority, and none by itself where none has one', () => {
    const sh = 'app-1: D:/bin/sh\nbusybox-1: p:/bin/sh';
    assert.deepEqual(names(solve(`${sh}; k:10\ndash-1: p:/bin/sh; k:5`, 'app')), ['busybox-1', 'app-1']);
    assert.equal(
      refusal(`${sh}\ndash-1: p:/bin/sh`, 'app').hint,
      'add one of them to `packages`: busybox or dash',
    );
    assert.deepEqual(names(solve(`${sh}\ndash-1: p:/bin/sh`, 'app', 'dash')), ['dash-1', 'app-1']);
  });

  it('a lone provider without a priority only as the apk of old releases does', () => {
    const index = 'app-1: D:/bin/sh\nbusybox-1: p:/bin/sh';
    assert.deepEqual(names(solve(`${index}\napk-tools-2.12.9-r3:`, 'app')), ['busybox-1', 'app-1']);
    assert.equal(refusal(`${index}\napk-tools-2.14.4-r0:`, 'app').code, 'packages-conflict');
  });

  it('as the apk does that the index brings, of which the third differs from the second', () => {
    const [second, third] = ['apk-tools-2.14.10-r0:', 'apk-tools-3.0.6-r0:'];
    const company = 'a-1:\nb-1:\nx-1: i:a !b';
    assert.deepEqual(names(solve(`${company}\n${second}`, 'a')), ['a-1']);
    assert.deepEqual(names(solve(`${company}\n${third}`, 'a')), ['a-1', 'x-1']);
    assert.deepEqual(names(solve(`${company}\n${third}`, 'a', 'b')), ['a-1', 'b-1']);
    const own = 'a-1: D:!v; p:v=1';
    assert.equal(refusal(`${own}\n${second}`, 'a').code, 'packages-conflict');
    assert.deepEqual(names(solve(`${own}\n${third}`, 'a')), ['a-1']);
    assert.equal(solve(`${own}\n${third}`, 'a').apk, '3.0.6-r0');
  });

  it('what comes by itself, until nothing does any more', () => {
    const index = 'zsh-1:\ngit-1:\ngit-zsh-1: i:git zsh=1\ngit-zsh-doc-1: i:git-zsh docs\ndocs-1:';
    assert.deepEqual(names(solve(index, 'git')), ['git-1']);
    assert.deepEqual(names(solve(index, 'git', 'zsh', 'docs')).sort(), [
      'docs-1',
      'git-1',
      'git-zsh-1',
      'git-zsh-doc-1',
      'zsh-1',
    ]);
  });

  it('a tagged repository only where the tag is given, also for what that needs', () => {
    const index = 'a-1: D:lib\nlib-1:\n@edge\na-2: D:lib>=2\nlib-2:';
    assert.deepEqual(names(solve(index, 'a')), ['lib-1', 'a-1']);
    assert.deepEqual(names(solve(index, 'a@edge')), ['lib-2', 'a-2']);
    assert.deepEqual(solve(index, 'a@edge').world, ['a@edge']);
  });

  it('the first repository of two that have the same version', () => {
    const solution = solve('a-1: D:b\n@x\nb-1:', 'a', 'b@x');
    assert.deepEqual(
      solution.chosen.map(({ repository }) => repository),
      ['r1', 'r0'],
    );
  });
});

describe('apk refuses, and the answer says', () => {
  it('which name is nearest to one that there is not', () => {
    const { code, hint } = refusal('openssl-1:', 'opensl');
    assert.deepEqual([code, hint], ['package-unknown', 'did you mean `openssl`?']);
  });

  it('which versions there are', () => {
    const { code, message, hint } = refusal('a-1:\na-2:', 'a=3');
    assert.deepEqual(
      [code, message, hint],
      ['package-version-unknown', 'the test has no a=3', 'it has a 1 or 2'],
    );
  });

  it('the chain to what is missing', () => {
    const { message } = refusal('a-1: D:b\nb-1: D:c>2\nc-1:', 'a');
    assert.equal(message, "`a` can't be had: a needs b; b needs c>2; the test has no c>2");
  });

  it('which wish rules out another', () => {
    const { message, hint } = refusal('a-1: D:b\nb-1:', 'a', '!b');
    assert.match(message, /`a` can't be had: a needs b; .*`!b` rules out b 1/);
    assert.equal(hint, 'remove `!b`');
  });

  it('which two provide one name', () => {
    const { message } = refusal('a-1: p:x=1\nb-1: p:x=2', 'a', 'b');
    assert.match(message, /2 packages can't be had/);
  });

  it('that a tag is nobody’s', () => {
    assert.equal(refusal('a-1:', 'a@edge').code, 'package-spec-invalid');
  });
});
