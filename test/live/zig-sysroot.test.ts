import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository, targetry, whyNoBuilds } from '../build/command-line.ts';

const skip = await whyNoBuilds();

test(
  'Zig links a program with the TLS library of a distro, for another CPU, without another compiler',
  { skip },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'targetry-zig-tls-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(join(repository, 'examples/zig-tls'), folder, { recursive: true });
    // Zig compiles its own library and runtime too, and to optimize them takes longer than all else.
    const file = join(folder, 'targetry.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('-Doptimize=ReleaseSafe', '-Doptimize=Debug'));
    const { exit, stderr } = await targetry(
      ['build', process.arch === 'arm64' ? 'linux-x64' : 'linux-arm64'],
      { cwd: folder },
    );
    assert.equal(exit, 0, stderr);
    const record = JSON.parse(readFileSync(join(folder, 'dist/targetry.json'), 'utf8')) as {
      readonly artifacts: readonly {
        readonly elf: { readonly machine: string; readonly needed: readonly string[] };
      }[];
    };
    const made = record.artifacts.map(({ elf }) => [elf.machine, elf.needed.includes('libssl.so.3')]);
    assert.deepEqual(made, [[process.arch === 'arm64' ? 'x86_64' : 'aarch64', true]]);
  },
);
