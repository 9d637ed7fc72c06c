import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { mirrorFor } from '../../../src/config/mirrors.ts';
import { readUserConfiguration } from '../../../src/config/user.ts';
import { readMirrorWord } from '../../../src/operations/locking/mirror-word.ts';
import { Failure } from '../../../src/report/failure.ts';
import { fileWith, read, userHome } from './project-file.ts';

const placed = (rules: readonly { readonly cpu: string | undefined; readonly address: string }[]) =>
  rules.map(({ cpu, address }) => [cpu, address]);

test("a user's builders are those of ~/.config, or of where XDG_CONFIG_HOME says", () => {
  const folder = userHome(
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

test("a user's mirrors are of the distros that they are named for, and the command's go before them", () => {
  const env = {
    HOME: userHome('mirrors: { debian: "http://near.example/debian", wolfi: https://w.example }'),
  };
  const { mirrors } = readUserConfiguration(env);
  assert.equal(mirrorFor('debian', mirrors)?.url, 'http://near.example/debian');
  assert.equal(mirrorFor('debian', mirrors)?.from, join(env.HOME, '.config/targetry/config.yaml'));
  assert.equal(mirrorFor('alpine', mirrors), undefined);
  const named = ['http://all.example', 'alpine=http://a.example'].map(readMirrorWord);
  assert.equal(mirrorFor('alpine', named)?.url, 'http://a.example');
  assert.equal(mirrorFor('debian', named)?.url, 'http://all.example');
});

test('nothing is amiss without the file, or with an empty one', () => {
  for (const env of [{}, { HOME: '/nowhere' }, { HOME: userHome('# nothing yet\n') }])
    assert.deepEqual(readUserConfiguration(env).builders, []);
});

test("a mistake in the user's file is answered with its line", () => {
  for (const [text, code, message] of [
    ['builder: { any: x }', 'config-key-unknown', 'unknown key `builder`'],
    ['builders: { z80: x }', 'config-value', 'there is no platform `z80`'],
    ['mirrors: { fedora: x }', 'config-key-unknown', 'unknown key `fedora`'],
    ['mirrors: { debian: near }', 'config-value', '`near` is no address of a server'],
    ['builders: x', 'config-value', '`builders` must be a mapping, and is `x`'],
    ['[1]', 'config-value', /config\.yaml must be a mapping, and is a list$/],
    ['builders: {', 'config-syntax', /./],
  ] as const) {
    const env = { HOME: userHome(text) };
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
