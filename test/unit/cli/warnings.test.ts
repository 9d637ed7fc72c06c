import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { program } from '../../program.ts';

/** The second step can't see less than the first has shown it. */
const doubtful = `name: x
environments: { e: { debian: bookworm, packages: [gcc] } }
targets: { t: { environment: e, arch: x64 } }
steps:
  - { name: whole, run: make }
  - { name: late, inputs: [Makefile], run: make }
artifacts: [{ path: a, kind: file }]
`;

/** Each stops, at the latest, where it would need a package: the store is empty and no server is asked. */
const commands = [
  'build --offline',
  'build --plan',
  'lock --check',
  'lock --why gcc --offline',
  'prove',
  'prove --in debian-12 --offline',
  'shell t',
];

describe('what is doubtful in targetry.yaml', () => {
  for (const command of commands) {
    it(`is told once by \`targetry ${command}\``, (t) => {
      const cwd = mkdtempSync(join(tmpdir(), 'targetry-warned-'));
      t.after(() => rmSync(cwd, { recursive: true }));
      writeFileSync(join(cwd, 'targetry.yaml'), doubtful);
      const { stderr } = spawnSync(process.execPath, [program, ...command.split(' ')], {
        cwd,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: cwd, TARGETRY_STORE: join(cwd, 'store') },
      });
      assert.equal(stderr.match(/^warning: `inputs` comes too late/gm)?.length, 1, stderr);
    });
  }
});
