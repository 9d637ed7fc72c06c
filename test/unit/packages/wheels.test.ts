import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseWheel } from '../../../src/packages/pypi/choose-wheel.ts';
import { requirementsOf } from '../../../src/packages/pypi/requirements.ts';
import type { ToolPlatform } from '../../../src/packages/tool-platform.ts';
import type { Failure } from '../../../src/report/failure.ts';

const debian: ToolPlatform = {
  arch: 'x64',
  libc: 'glibc',
  libcVersion: '2.31',
  python: '3.9',
};
const alpine: ToolPlatform = { ...debian, libc: 'musl', libcVersion: '1.2.4', python: undefined };

function choose(platform: ToolPlatform, tags: readonly string[], version = '1.0'): string {
  const files = tags.map((tag) => ({ name: `the_tool-1.0-${tag}.whl`, url: '', sha256: undefined }));
  return chooseWheel(files, { name: 'The.Tool', version }, platform).name.slice('the_tool-1.0-'.length, -4);
}

test('a wheel is chosen by the libc, its version and the CPU, the newest that fits first', () => {
  const tags = [
    'py3-none-manylinux2014_x86_64',
    'py3-none-manylinux_2_28_x86_64',
    'py3-none-manylinux_2_34_x86_64',
    'py3-none-manylinux_2_17_aarch64',
    'py3-none-musllinux_1_1_x86_64',
    'py3-none-musllinux_1_2_x86_64',
    'py3-none-any',
  ];
  assert.equal(choose(debian, tags), 'py3-none-manylinux_2_28_x86_64');
  assert.equal(choose({ ...debian, libcVersion: '2.17' }, tags), 'py3-none-manylinux2014_x86_64');
  assert.equal(choose({ ...debian, libcVersion: '2.5' }, tags), 'py3-none-any');
  assert.equal(choose(alpine, tags), 'py3-none-musllinux_1_2_x86_64');
  assert.equal(choose({ ...debian, arch: 'arm64' }, tags), 'py3-none-manylinux_2_17_aarch64');
});

test('one file may carry the tags of both libcs', () => {
  const tag = 'py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64';
  for (const platform of [debian, alpine]) assert.equal(choose(platform, [tag]), tag);
});

test("what is made for one Python's ABI is for that Python, and for no root without one", () => {
  const tags = [
    'cp39-cp39-manylinux_2_17_x86_64',
    'cp37-abi3-manylinux_2_17_x86_64',
    'cp312-cp312-musllinux_1_2_x86_64',
  ];
  assert.equal(choose(debian, tags), 'cp39-cp39-manylinux_2_17_x86_64');
  assert.equal(choose({ ...debian, python: '3.13' }, tags), 'cp37-abi3-manylinux_2_17_x86_64');
  assert.throws(() => choose({ ...debian, python: '3.6' }, tags), { code: 'tool-not-for-root' });
  assert.throws(
    () => choose(alpine, tags),
    ({ why }: Failure) => /the root has no Python/.test(why!),
  );
});

test('versions are compared as versions, and one that is not there is answered with those that are', () => {
  assert.equal(choose(debian, ['py3-none-any'], '1.0.0'), 'py3-none-any');
  assert.equal(choose(debian, ['py3-none-any'], '1'), 'py3-none-any');
  assert.throws(
    () => choose(debian, ['py3-none-any'], '1.1'),
    ({ code, hint }: Failure) => code === 'tool-not-found' && hint === 'there is The.Tool==1.0',
  );
});

test('only what a wheel needs on this root counts: extras and markers for others do not', () => {
  const needs = (lines: readonly string[], platform = debian): string[] =>
    requirementsOf(
      `${lines.map((one) => `Requires-Dist: ${one}\n`).join('')}\nRequires-Dist: text`,
      platform,
    );
  assert.deepEqual(
    needs([
      'plain',
      'pinned (>=1.0)',
      'pinned-too>=1.0,<2; python_version >= "3.8"',
      'old; python_version < "3.8"',
      "old-too ; python_full_version<'3.8.0' and extra == 'x'",
      'extra-one; extra == "test"',
      'windows; sys_platform == "win32"',
      'linux; (sys_platform == "linux" or os_name == "nt") and platform_machine in "x86_64 aarch64"',
      'nine; python_version == "3.9.*"',
      'strange; python_version ?? "3"',
    ]),
    ['plain', 'pinned', 'pinned-too', 'linux', 'nine', 'strange'],
  );
  assert.deepEqual(needs(['typing-extensions; python_version < "3.8"'], alpine), []);
});
