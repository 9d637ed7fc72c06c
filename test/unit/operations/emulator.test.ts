import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Arch } from '../../../src/abi/cpu.ts';
import type { Target } from '../../../src/config/project.ts';
import { sha256 } from '../../../src/base/sha256.ts';
import type { LockedEnvironment } from '../../../src/lock/lock.ts';
import { SourcesOnDemand } from '../../../src/operations/locking/sources-on-demand.ts';
import { emulatorRequests, servesBuilders } from '../../../src/operations/preparing/emulator-requests.ts';
import { Store } from '../../../src/store/store.ts';
import { smallestProgram } from '../../../src/engines/embedded/foreign-cpus.ts';
import { emulatorsFor } from '../../../src/operations/preparing/emulator.ts';

const here = process.arch as Arch;
const there: Arch = here === 'arm64' ? 'x64' : 'arm64';
const debian = { x64: 'amd64', arm64: 'arm64' } as Readonly<Record<string, string>>;

function targets(...builders: readonly Arch[]): Target[] {
  return builders.map((builder) => ({ builder }) as Target);
}

function hosts(...builders: readonly Arch[]): (string | undefined)[] {
  return emulatorRequests(targets(...builders)).map(({ arch }) => arch);
}

test('a project that builds on one CPU locks no emulator for it, and one that builds on two for both', () => {
  assert.deepEqual(hosts(here), []);
  assert.deepEqual(new Set(hosts(here, there)), new Set(['amd64', 'arm64']));
});

test('a machine that has to emulate locks for itself, also where no target is built on its CPU', () => {
  assert.deepEqual(hosts(there), [debian[here]]);
  assert.deepEqual(hosts('riscv64'), [debian[here]]);
});

test('x64 runs the programs of x86 by itself', () => {
  assert.deepEqual(hosts('x64', 'x86').includes('amd64'), false);
});

test('what another machine locked for itself stays as long as it has to emulate', () => {
  const section = { arch: debian[there] } as LockedEnvironment;
  assert.equal(servesBuilders(section, targets(here)), true);
  assert.equal(servesBuilders(section, targets(there)), false);
});

test("a machine's own QEMU is used, where it is static and so runs in any root, and nothing is fetched", async (t) => {
  if (process.platform !== 'linux') return t.skip('needs Linux');
  const folder = mkdtempSync(join(tmpdir(), 'targetry-own-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const context = {
    cwd: folder,
    store: folder,
    env: { PATH: folder },
    signal: new AbortController().signal,
    emit: () => assert.fail('something was fetched'),
  };
  const store = await Store.open(join(folder, 'store'));
  const sources = new SourcesOnDemand(context, store, { environments: new Map() });
  t.after(() => sources.close());
  // A CPU for which no machine that runs this is likely to have one.
  const source = { lock: { environments: [] }, store, sources };
  const emulator = emulatorsFor(context, targets('s390x'), source).get('s390x')!;
  symlinkSync(process.execPath, join(folder, 'qemu-s390x-static'));
  await assert.rejects(async () => emulator.open(), /no emulator is locked/, 'Node is not static');
  const program = smallestProgram(here === 'x64' ? 'amd64' : here);
  writeFileSync(join(folder, 'qemu-s390x'), program, { mode: 0o755 });
  assert.deepEqual(await emulator.open(), { path: join(folder, 'qemu-s390x'), sha256: sha256(program) });
});
