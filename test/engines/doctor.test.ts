/** The doctor on real daemons: what one tells of itself, what its steps may do, and a CPU that it can't run. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { examineHere, type DoctorReport } from '../../src/operations/doctor.ts';
import { removeWithStore } from '../late-note.ts';
import { daemonFor, daemonKinds } from './daemons.ts';

const yaml = `name: x
environments: { one: { packages: [x], repositories: [{ url: "file:nothing", suite: ./ }] } }
targets: { far: { environment: one, arch: riscv64 } }
steps: [{ name: s, run: make }]
artifacts: [{ path: x, kind: file }]
`;

async function examined(t: TestContext, address: string, target = false): Promise<DoctorReport> {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-doctor-'));
  t.after(() => removeWithStore(folder));
  const cwd = join(folder, 'project');
  mkdirSync(cwd);
  if (target) writeFileSync(join(cwd, 'targetry.yaml'), yaml);
  const { signal } = new AbortController();
  const env = { PATH: process.env['PATH'], HOME: folder };
  const engine = { name: undefined, address, certificates: undefined, builders: [] };
  const context = { cwd, env, store: join(folder, 'store'), emit: () => {}, signal };
  return examineHere(context, { targets: [], engine, emulated: false, fix: false });
}

const of = ({ findings }: DoctorReport, id: string) => findings.filter(({ check }) => check.id === id);

for (const kind of daemonKinds) {
  test(`${kind}: it answers, and a step says what it may do`, async (t) => {
    const daemon = await daemonFor(t, kind);
    if (daemon === undefined) return;
    const report = await examined(t, daemon.address);
    const words = report.findings
      .map(({ check, status, found }) => `${check.id} ${status}: ${found}`)
      .join('\n');
    assert.deepEqual(
      of(report, 'buildkit').map(({ status }) => status),
      // It has a hole that is known; those that were built for this test don't tell their version.
      [kind === 'docker' ? 'warn' : 'ok'],
      words,
    );
    for (const id of ['engine', 'engine-inside'])
      assert.deepEqual(
        of(report, id).map(({ status }) => status),
        ['ok'],
        words,
      );
    // Old ones deny newer calls.
    assert.ok(
      of(report, 'engine-calls').every(({ status }) => status === 'ok' || status === 'warn'),
      words,
    );
    assert.deepEqual(of(report, 'userns'), [], 'the sandbox is the affair of the daemon');
    const far = await examined(t, daemon.address, true);
    assert.match(
      of(far, 'buildkit')
        .map(({ found }) => found)
        .join(),
      /target `far` is built on riscv64, and the daemon/,
    );
  });
}

test('nobody: where no daemon answers, that is the one problem of the engine', async (t) => {
  const report = await examined(t, 'unix:///nowhere/buildkitd.sock');
  const engine = report.findings.filter(({ check }) => check.group === 'engine');
  assert.deepEqual(
    engine.map(({ check, status }) => `${check.id} ${status}`),
    ['buildkit fail', 'engine skipped', 'engine-calls skipped', 'engine-inside skipped', 'emulated skipped'],
  );
  assert.match(engine[0]!.found, /no BuildKit daemon answers at unix:\/\/\/nowhere/);
});
