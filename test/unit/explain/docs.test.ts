import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { program } from '../../program.ts';
import { violations, type JsonSchema } from '../../json-schema.ts';

const page = readFileSync(new URL('../../../../docs/explain.md', import.meta.url), 'utf8');

const log = `fetch http://mirror.example/alpine/v3.21/community/x86_64/APKINDEX.tar.gz
WARNING: updating and opening http://mirror.example/alpine/v3.21/community: temporary error (try again later)
ERROR: unable to select packages:
  fastfetch (no such package):
    required by: world[fastfetch]
`;

const schemaFile = new URL('../../../../schema/targetry.explain.schema.json', import.meta.url);
const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as JsonSchema;

function explain(args: readonly string[], input = log) {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-explain-'));
  try {
    writeFileSync(join(folder, 'build.log'), input);
    const env = { ...process.env, TARGETRY_STORE: join(folder, 'store') };
    return spawnSync(process.execPath, [program, 'explain', ...args], {
      cwd: folder,
      encoding: 'utf8',
      input,
      env,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('targetry explain', () => {
  it('prints what docs/explain.md says', () => {
    const [, printed] = /```console\n\$ targetry explain build\.log\n(.*?)```/s.exec(page)!;
    const { stdout, status } = explain(['build.log']);
    assert.equal(stdout, printed);
    assert.equal(status, 0);
  });

  it('tells programs the root cause first, with the lines of the log', () => {
    const { stdout, status } = explain(['-', '--format', 'json']);
    const answer = JSON.parse(stdout) as { schema: string; findings: { class: string; lines: number[] }[] };
    assert.equal(answer.schema, 'targetry.explain/1');
    assert.deepEqual(answer.findings[0]!.lines, [2]);
    assert.deepEqual(violations(answer, schema), []);
    assert.notDeepEqual(violations({ ...answer, findings: [{ class: 'A B' }] }, schema), []);
    assert.equal(status, 0);
  });

  it('asks this machine what decides where the log is of this machine, and no other time', () => {
    const full = 'Err:1 mirror\n  At least one invalid signature was encountered.\n';
    const asked = (args: readonly string[]) => {
      const answer = JSON.parse(explain(args, full).stdout) as {
        findings: { asked: { class: string; check: string }[] }[];
      };
      assert.deepEqual(violations(answer, schema), []);
      return answer.findings[0]!.asked.map((one) => `${one.class}: ${one.check}`);
    };
    assert.deepEqual(asked(['-', '--format', 'json']), []);
    const here = asked(['-', '--here', '--format', 'json']);
    assert.ok(here.includes('disk-full: disk'), here.join());
  });

  it('says of a guess that it is one', () => {
    const log = 'frobfetch: error: the trust anchors of the TLS server could not be validated\n';
    assert.match(explain(['-'], log).stdout, /^tls-ca-missing \(a guess by its words\)\n/);
    const { findings } = JSON.parse(explain(['-', '--format', 'json'], log).stdout) as {
      findings: { guessed: boolean }[];
    };
    assert.deepEqual(
      findings.map(({ guessed }) => guessed),
      [true],
    );
  });

  it('says "nothing known" of a log that went well, and that the answer is no', () => {
    const { stdout, status } = explain(['-'], 'cc -o app main.c\nall done\n');
    assert.equal(stdout, 'nothing known is in standard input (2 lines)\n');
    assert.equal(status, 1);
  });

  it('says what is wrong with a log that is not there, or with no log at all', () => {
    const missing = explain(['other.log']);
    assert.equal(missing.status, 2);
    assert.match(missing.stderr, /log-unreadable/);
    const none = explain([]);
    assert.equal(none.status, 2);
    assert.match(none.stderr, /config-missing/);
  });
});
