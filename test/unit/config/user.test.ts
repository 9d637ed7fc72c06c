import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readUserConfiguration } from '../../../src/config/user.ts';
import { Failure } from '../../../src/report/failure.ts';
import { fileWith, read } from './project-file.ts';

function home(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-user-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, '.config/targetry'), { recursive: true });
  writeFileSync(join(folder, '.config/targetry/config.yaml'), text);
  return folder;
}

const placed = (rules: readonly { readonly cpu: string | undefined; readonly address: string }[]) =>
  rules.map(({ cpu, address }) => [cpu, address]);

test("a user's builders are those of ~/.config, or of where XDG_CONFIG_HOME says", (t) => {
  const folder = home(
    t,
    `builders:
  linux/amd64: [tcp://a:1234, tcp://b:1234]
  arm64: ssh://c
  any: unix:///run/buildkit
certificates: pem
`,
  );
  for (const env of [
    { HOME: folder },
    { HOME: '/nowhere', XDG_CONFIG_HOME: join(folder, '.config') },
    { HOME: folder, XDG_CONFIG_HOME: '' },
  ]) {
    const { builders, certificates } = readUserConfiguration(env);
    assert.deepEqual(placed(builders), [
      ['amd64', 'tcp://a:1234'],
      ['amd64', 'tcp://b:1234'],
      ['arm64', 'ssh://c'],
      [undefined, 'unix:///run/buildkit'],
    ]);
    assert.equal(certificates, join(folder, '.config/targetry/pem'));
  }
});

test('nothing is amiss without the file, or with an empty one', (t) => {
  for (const env of [{}, { HOME: '/nowhere' }, { HOME: home(t, '# nothing yet\n') }])
    assert.deepEqual(readUserConfiguration(env).builders, []);
});

test("a mistake in the user's file is answered with its line", (t) => {
  for (const [text, code, message] of [
    ['builder: { any: x }', 'config-key-unknown', 'unknown key `builder`'],
    ['builders: { z80: x }', 'config-value', 'there is no platform `z80`'],
    ['builders: x', 'config-value', '`builders` must be a mapping, and is `x`'],
    ['[1]', 'config-value', /config\.yaml must be a mapping, and is a list$/],
    ['builders: {', 'config-syntax', /./],
  ] as const) {
    const env = { HOME: home(t, text) };
    assert.throws(
      () => readUserConfiguration(env),
      (error) => {
        assert.ok(error instanceof Failure);
        const [found] = error.diagnostics;
        assert.equal(found!.code, code);
        if (typeof message === 'string') assert.equal(found!.message, message);
        else assert.match(found!.message, message);
        assert.ok(found!.at!.file.endsWith('config.yaml'));
        return true;
      },
    );
  }
});

test('a project names builders too', () => {
  const builders = 'builders: { linux/arm64: "tcp://arm-1:1234", any: ["tcp://a", "tcp://b"] }';
  assert.deepEqual(placed(read(fileWith({ builders })).project.builders), [
    ['arm64', 'tcp://arm-1:1234'],
    [undefined, 'tcp://a'],
    [undefined, 'tcp://b'],
  ]);
  assert.deepEqual(read(fileWith({})).project.builders, []);
});
