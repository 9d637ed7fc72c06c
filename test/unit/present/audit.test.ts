import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { audit, type AuditResult } from '../../../src/operations/audit.ts';
import { describeArtifact, mainReasons } from '../../../src/present/audit-words.ts';
import { renderAuditAs } from '../../../src/present/audit-format.ts';
import { codes } from '../../../src/report/codes.ts';
import { deb } from '../../archives.ts';
import { auditBytes, glibcAddon, muslAddon, muslProgram, temporary } from '../../audited.ts';
import { makeElf } from '../../elf-maker.ts';
import { golden } from '../../golden.ts';
import { violations, type JsonSchema } from '../../json-schema.ts';
import { npm, wheel } from '../../packages.ts';

const addon = glibcAddon('2.28', 'fcntl64');

const tree = {
  'dist/x.node': addon,
  'dist/x.tgz': npm({ os: ['darwin'], cpu: ['x64'] }, [
    { path: 'prebuilds/linux-x64/x.glibc.node', bytes: addon },
    { path: 'prebuilds/linux-x64/x.musl.node', bytes: muslAddon },
  ]),
  'dist/x-1.0-cp311-abi3-linux_x86_64.whl': wheel('cp311-abi3-linux_x86_64', [
    { path: 'x.abi3.so', bytes: addon, mode: 0o755 },
  ]),
  'dist/x.deb': deb({ Package: 'x', Architecture: 'amd64', Depends: 'libc6 (>= 2.17)' }, [
    { path: './usr/lib/x.so', bytes: addon },
  ]),
  'dist/tool\u001B[31m': muslProgram,
  'dist/cut.node': addon.subarray(0, 50),
};

function auditOf(paths: readonly string[], promises: readonly string[] = []): Promise<AuditResult> {
  const context = {
    cwd: temporary(tree),
    env: {},
    store: '',
    emit: () => {},
    signal: new AbortController().signal,
  };
  return audit(context, { paths, promises });
}

const options = { color: false, verbose: false, version: '1.2.3' };

test('one artifact: the verdict first, then the reason, then what is wrong', async () => {
  const result = await auditOf(['dist/x.node'], ['glibc:2.17', 'musl']);
  golden('audit/one.txt', renderAuditAs('text', result, options));
  assert.equal(result.fine, false);
});

test('a wheel, with every file and release', async () => {
  const result = await auditOf(['dist/*.whl']);
  golden('audit/verbose.txt', renderAuditAs('text', result, { ...options, verbose: true }));
  assert.equal(result.fine, true);
});

test('many artifacts: a table, and the problems', async () => {
  golden('audit/table.txt', renderAuditAs('text', await auditOf(['dist']), options));
});

test('Markdown, in which names are no markup', async () => {
  golden('audit/report.md', renderAuditAs('markdown', await auditOf(['dist/x.tgz', 'dist/tool*']), options));
});

test('SARIF, with a rule for each code', async () => {
  const text = renderAuditAs('sarif', await auditOf(['dist']), options);
  golden('audit/report.sarif', text);
  const { runs } = JSON.parse(text) as {
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: { ruleId: string; ruleIndex: number }[];
    }[];
  };
  const { rules } = runs[0]!.tool.driver;
  for (const { ruleId, ruleIndex } of runs[0]!.results) assert.equal(rules[ruleIndex]!.id, ruleId);
  assert.ok(rules.every(({ id }) => Object.hasOwn(codes, id)));
});

test('JSON is what the schema in the package says', async () => {
  const url = new URL('../../../../schema/targetry.audit.schema.json', import.meta.url);
  const schema = JSON.parse(readFileSync(url, 'utf8')) as JsonSchema;
  const report: unknown = JSON.parse(renderAuditAs('json', await auditOf(['dist']), options));
  assert.deepEqual(violations(report, schema), []);
  assert.notDeepEqual(violations({ ...(report as object), more: 1 }, schema), []);
});

test('wrong requests say what to ask instead', async () => {
  await assert.rejects(auditOf([]), { code: 'usage' });
  await assert.rejects(auditOf(['nothing/*.whl']), { code: 'usage', message: /no file or folder "nothing/ });
  await assert.rejects(auditOf(['dist'], ['glibc2.28']), {
    code: 'usage',
    hint: /did you mean `glibc:2.28`/,
  });
});

test('of many doubts the one is told that most releases have, not that of a single one', () => {
  const unknown = (distro: string, ...because: string[]) => ({ distro, runs: 'unknown', because }) as const;
  const library = 'it needs libssl.so.3, which not every installation has';
  const verdicts = [
    unknown('debian-12', library),
    unknown('debian-13', library),
    unknown('wolfi', 'it needs GCC_4.2.0, which was not measured there'),
  ];
  assert.deepEqual(mainReasons(verdicts), [{ label: 'in doubt', reason: `debian-13: ${library}` }]);
  assert.deepEqual(mainReasons([]), []);
});

test('a CPU is named once, though a library of a wheel needs no libc', async () => {
  const bytes = wheel('cp311-abi3-linux_x86_64', [
    { path: 'x.abi3.so', bytes: addon },
    { path: 'x.libs/libalone.so', bytes: makeElf({ stack: 6 }) },
  ]);
  const audited = await auditBytes('x-1.0-cp311-abi3-linux_x86_64.whl', bytes);
  assert.equal(describeArtifact(audited), 'a wheel with 2 native files, x86_64 glibc');
  const alone = { ...audited, elfs: audited.elfs.filter(({ libc }) => libc !== 'glibc') };
  assert.equal(describeArtifact(alone), 'a wheel with 1 native file, x86_64');
});
