import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cpus } from '../../../src/abi/cpu.ts';
import {
  canBeEmulated,
  isForeign,
  registration,
  smallestProgram,
} from '../../../src/engines/embedded/foreign-cpus.ts';
import { sourceOfBytes } from '../../../src/formats/elf/byte-source.ts';
import { readElfHeader } from '../../../src/formats/elf/elf-header.ts';

const names = cpus.map(({ oci, machine }) => ({ name: oci.split('/')[0]!, machine }));
const own = names.filter(({ name }) => !isForeign(name));

test('every CPU that a target may have can be emulated, and its smallest program is an ELF file of it', () => {
  for (const { name, machine } of names) {
    assert.ok(canBeEmulated(name), name);
    const problems: [] = [];
    const header = readElfHeader(sourceOfBytes(smallestProgram(name)), problems);
    assert.deepEqual([header.machine, header.type, problems], [machine, 2, []]);
  }
});

test('the kernel would know the programs of a CPU by its registration, and no others', () => {
  for (const { name } of names) {
    const [, label, kind, , magic, mask, interpreter, flags] = registration(name, 'qemu', 'F').split(':');
    assert.deepEqual([label, kind, interpreter, flags], ['qemu', 'M', 'qemu', 'F']);
    const [wanted, looked] = [bytesOf(magic!), bytesOf(mask!)];
    const known = names.filter((other) =>
      smallestProgram(other.name)
        .subarray(0, wanted.length)
        .every((byte, index) => ((byte ^ wanted[index]!) & looked[index]!) === 0),
    );
    assert.deepEqual(
      known.map((one) => one.name),
      [name],
    );
    const pie = smallestProgram(name);
    pie[pie[5] === 1 ? 16 : 17] = 3;
    assert.ok(pie.subarray(0, 20).every((byte, index) => ((byte ^ wanted[index]!) & looked[index]!) === 0));
  }
});

test('the smallest programs of this machine end with the number of their arguments', (t) => {
  if (process.platform !== 'linux') return t.skip('needs Linux');
  const folder = mkdtempSync(join(tmpdir(), 'targetry-smallest-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const { name } of own) {
    const program = join(folder, name);
    writeFileSync(program, smallestProgram(name), { mode: 0o755 });
    assert.equal(spawnSync(program, ['a', 'b']).status, 3, name);
  }
});

function bytesOf(escaped: string): Buffer {
  return Buffer.from(escaped.replaceAll(String.raw`\x`, ''), 'hex');
}
