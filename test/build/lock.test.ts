import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { removeWithStore } from '../late-note.ts';
import { errorOf, exampleFile, helloProject, lockedProject, targetry, whyNoBuilds } from './command-line.ts';

function lockedHello(t: TestContext): { folder: string; lock: string } {
  const folder = lockedProject(t);
  return { folder, lock: join(folder, 'targetry.lock') };
}

/** Of little more than what every root has: little to fetch, to keep and to unpack. */
const SMALL = `name: small
environments: { debian-11: { debian: bullseye, packages: [] } }
targets: { x64: { environment: debian-11, arch: x64 } }
steps: [{ name: make, run: "echo made > out" }]
artifacts: [{ path: out, kind: file }]
`;

describe('targetry lock', { skip: await whyNoBuilds() }, () => {
  it('--update says what changed, and marks what the security team changed', async (t) => {
    const { folder, lock } = lockedHello(t);
    const newest = await targetry(['lock', '--update'], { cwd: folder });
    assert.equal(newest.exit, 0, newest.stderr);
    const text = readFileSync(lock, 'utf8');
    const version = /"name": "libc6", "version": "([^"]+)"/.exec(text)![1]!;
    const aged = text
      .replaceAll(`"name": "libc6", "version": "${version}"`, '"name": "libc6", "version": "2.31-1"')
      .replace(/ +- \{"name": "zlib1g".*\n/, '')
      .replace('"name": "make"', '"name": "made"');
    writeFileSync(lock, aged);
    const { stdout } = await targetry(['lock', '--update', 'debian-11'], { cwd: folder });
    const lines = stdout.split('\n');
    assert.match(
      lines.find((line) => line.includes(' libc6 '))!,
      /~ libc6 +2\.31-1 -> \S+ security$/,
    );
    assert.ok(
      lines.some((line) => /^ {2}\+ zlib1g /.test(line)),
      stdout,
    );
    const again = await targetry(['lock', '--update'], { cwd: folder });
    assert.match(again.stdout, /^debian-11 amd64: \d+ packages of debian bullseye, nothing changed$/m);
    assert.equal(readFileSync(lock, 'utf8'), text);
  });

  it('--check fails where the lock was forgotten, asks no server and writes nothing', async (t) => {
    const { folder, lock } = lockedHello(t);
    const before = readFileSync(lock, 'utf8');
    const proxies = { http_proxy: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9', no_proxy: '' };
    const fits = await targetry(['lock', '--check'], { cwd: folder, env: proxies });
    assert.deepEqual(
      [fits.exit, fits.stdout],
      [0, 'targetry.lock fits targetry.yaml: 1 environment checked\n'],
    );
    const yaml = exampleFile('targetry.yaml').replace('packages: [gcc,', 'packages: [jq, gcc,');
    writeFileSync(join(folder, 'targetry.yaml'), yaml);
    const check = await targetry(['lock', '--check'], { cwd: folder, env: proxies });
    assert.equal(check.exit, 1, check.stderr);
    assert.match(check.stdout, /^debian-11 amd64: changed since it was locked$/m);
    const { outdated } = JSON.parse(
      (await targetry(['lock', '--check', '--format', 'json'], { cwd: folder, env: proxies })).stdout,
    ) as { outdated: unknown };
    assert.deepEqual(outdated, [{ name: 'debian-11', arch: 'amd64' }]);
    assert.equal(readFileSync(lock, 'utf8'), before);
  });

  it('--why leads from a package to what was asked for, --why-not says what rules a version out', async (t) => {
    const { folder } = lockedHello(t);
    const why = await targetry(['lock', 'debian-11', '--why', 'libisl23'], { cwd: folder });
    assert.match(why.stdout, /^debian-11 amd64:\n {2}libisl23 \S+ because (gcc|cpp)-10 needs libisl23 /);
    assert.match(why.stdout, /because targetry\.yaml asks for `gcc`\n$/);
    const essential = await targetry(['lock', 'debian-11', '--why', 'bash'], { cwd: folder });
    assert.match(essential.stdout, /bash \S+ because it is essential: every root has it$/m);
    const none = await targetry(['lock', '--why', 'emacs'], { cwd: folder });
    assert.equal(none.exit, 1);
    assert.match(errorOf(none.stderr), /emacs is not among the packages of debian-11 amd64/);
    const whyNot = await targetry(['lock', 'debian-11', '--why-not', 'libc6=2.30-1'], { cwd: folder });
    assert.deepEqual([whyNot.exit, whyNot.stderr], [0, whyNot.stderr]);
    assert.match(whyNot.stdout, /debian bullseye has no libc6 2\.30-1 .*\nhint: it has 2\.31/);
  });

  it('--keep makes the lock outlive its repositories: an empty store builds from the folder', async (t) => {
    const folder = helloProject(t, { 'targetry.yaml': SMALL });
    const kept = await targetry(['lock', 'debian-11', '--keep', 'vendor/packages'], { cwd: folder });
    assert.equal(kept.exit, 0, kept.stderr);
    assert.match(kept.stdout, /^kept in vendor\/packages: \d+ packages, \d+ added$/m);
    assert.match(readFileSync(join(folder, 'targetry.lock'), 'utf8'), /^kept: "vendor\/packages"$/m);
    const store = mkdtempSync(join(tmpdir(), 'targetry-store-'));
    t.after(() => removeWithStore(store));
    const built = await targetry(['build', '--offline'], { cwd: folder, store });
    assert.equal(built.exit, 0, built.stderr);
    const elsewhere = mkdtempSync(join(tmpdir(), 'targetry-empty-'));
    t.after(() => rmSync(elsewhere, { recursive: true, force: true }));
    cpSync(join(folder, 'targetry.yaml'), join(elsewhere, 'targetry.yaml'));
    const offline = await targetry(['lock', '--offline'], { cwd: elsewhere });
    assert.equal(offline.exit, 3);
    assert.match(errorOf(offline.stderr), /would be needed \[offline\]/);
    const outside = await targetry(['lock', '--keep', '..'], { cwd: folder });
    assert.equal(outside.exit, 2);
  });

  it('takes names of environments and CPUs, and answers unknown ones with those that there are', async (t) => {
    const { folder } = lockedHello(t);
    const nameless = await targetry(['lock', 'debian-12'], { cwd: folder });
    assert.equal(nameless.exit, 2);
    assert.match(
      errorOf(nameless.stderr),
      /no environment of targetry\.yaml is named `debian-12`[^]*debian-11/,
    );
    const cpu = await targetry(['lock', '--arch', 'x64,amr64'], { cwd: folder });
    assert.equal(cpu.exit, 2);
    assert.match(errorOf(cpu.stderr), /"amr64" is no CPU[^]*did you mean `arm64`\?/);
  });
});
