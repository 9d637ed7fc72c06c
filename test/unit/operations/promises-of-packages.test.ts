import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { parsePromise } from '../../../src/abi/promise.ts';
import type { OutputKind } from '../../../src/config/project.ts';
import {
  auditBuilt,
  refuseBrokenPromises,
  type BuiltArtifact,
} from '../../../src/operations/building/audit-built.ts';
import type { StagedArtifact } from '../../../src/operations/building/collect-artifacts.ts';
import { renderBuild } from '../../../src/present/build.ts';
import { Failure } from '../../../src/report/failure.ts';
import { tar } from '../../archives.ts';
import { glibcAddon } from '../../audited.ts';

const at = { file: 'targetry.yaml', line: 1, column: 1, length: 1 };

async function builtWith(
  kind: OutputKind,
  bytes: Buffer,
  word = 'glibc:2.31',
): Promise<BuiltArtifact | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-built-'));
  try {
    const from = join(folder, 'made');
    writeFileSync(from, bytes);
    const target = { name: 't', promises: [{ promise: parsePromise(word)!, at }] };
    const staged = { target, rule: { kind }, from, as: 'made', executable: false };
    const [built] = await auditBuilt([staged as unknown as StagedArtifact]);
    return built;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refusal(built: BuiltArtifact | undefined): string[] {
  try {
    refuseBrokenPromises([built!]);
  } catch (error) {
    assert.ok(error instanceof Failure);
    return error.diagnostics.map(({ code, message }) => `${code}: ${message}`);
  }
  return [];
}

const tarOf = (addon: Buffer) => tar([{ path: 'x/y.so', bytes: addon }]);

suite('a promise about what is no ELF file itself', () => {
  test('is broken by a native file in an archive', async () => {
    const built = await builtWith('archive', tarOf(glibcAddon('2.38', '__isoc23_strtol')));
    const [only, ...others] = refusal(built);
    assert.match(only!, /^promise-broken: made\/x\/y\.so: .*glibc:2\.31 is broken: .*__isoc23_strtol/);
    assert.deepEqual(others, []);
    assert.deepEqual(built?.promises, []);
  });

  test('is kept where every native file keeps it, and said to be', async () => {
    const built = await builtWith('archive', tarOf(glibcAddon('2.28', 'fcntl64')));
    assert.deepEqual(refusal(built), []);
    assert.deepEqual(built?.promises, [{ word: 'glibc:2.31' }]);
  });

  test('is not all that the summary says: what is inside, what that needs, and where it runs', async () => {
    const built = (await builtWith('archive', tarOf(glibcAddon('2.28', 'fcntl64'))))!;
    const nothing = { steps: { run: 0, cached: 0 }, milliseconds: 0, builders: [], images: [] };
    const result = {
      project: 'x',
      version: undefined,
      dist: '/d',
      artifacts: [built],
      targets: 1,
      ...nothing,
    };
    const text = renderBuild(result, { color: false, cwd: '/' });
    assert.match(text, /is {7}a tar archive with 1 native file, x86_64 glibc/);
    assert.match(text, /needs {4}GLIBC 2\.28 \(fcntl64\)/);
    assert.match(text, /runs on .*debian >= 10/s);
    assert.match(text, /not on .*alpine/s);
  });

  test('can not be told of a library that is none', async () => {
    assert.match(
      refusal(await builtWith('library', Buffer.from('GROUP ( libx.so.1 )\n')))[0]!,
      /no native file/,
    );
  });

  test('can not be told of a program that is an archive, as Go writes for a package without one', async () => {
    const [only] = refusal(await builtWith('executable', Buffer.from('!<arch>\n'), 'static'));
    assert.match(only!, /static can't be told: it is neither a native file nor a script/);
  });

  test('can not be told of an archive that is cut', async () => {
    const whole = tarOf(glibcAddon('2.28', 'fcntl64'));
    assert.match(refusal(await builtWith('archive', whole.subarray(0, 700)))[0]!, /can't be told/);
  });

  test('does not concern scripts, and files of the kind `file` are left alone', async () => {
    assert.deepEqual(refusal(await builtWith('executable', Buffer.from('#!/bin/sh\n'))), []);
    assert.deepEqual(refusal(await builtWith('file', tarOf(glibcAddon('2.38', 'x')))), []);
  });
});
