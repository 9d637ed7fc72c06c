import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archHere, cpus, ociPlatform, parseArch } from '../../../src/abi/cpu.ts';

test('every name that a distro, a kernel or a registry has for a CPU is understood, as that of one CPU', () => {
  for (const { arch, debian, alpine, machine, oci, aliases } of cpus) {
    for (const name of [arch, debian, alpine, machine, oci, ...aliases]) {
      assert.equal(parseArch(name), arch, name);
    }
  }
});

test('a machine finds its own CPU by the name that Node has for it, as ppc64 on ppc64le', (t) => {
  const own = Object.getOwnPropertyDescriptor(process, 'arch')!;
  t.after(() => Object.defineProperty(process, 'arch', own));
  for (const { arch, node } of cpus) {
    Object.defineProperty(process, 'arch', { ...own, value: node });
    assert.equal(archHere(), arch);
  }
});

test('only the variant is told apart from the name that registries have for a CPU', () => {
  assert.deepEqual(ociPlatform('arm'), { architecture: 'arm', variant: 'v7' });
  assert.deepEqual(ociPlatform('x64'), { architecture: 'amd64', variant: undefined });
});
