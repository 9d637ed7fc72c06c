import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressFlag, readAddress, showAddress } from '../../../../src/engines/buildkit/address.ts';
import { Failure } from '../../../../src/report/failure.ts';

test('addresses are those of buildctl and docker', () => {
  const docker = { kind: 'unix', path: '/var/run/docker.sock' };
  const cases: [string, object][] = [
    ['unix:///run/bk.sock', { kind: 'unix', path: '/run/bk.sock' }],
    ['tcp://builder:9000', { kind: 'tcp', host: 'builder', port: 9000 }],
    ['tcp://[::1]', { kind: 'tcp', host: '::1', port: 1234 }],
    ['docker://', { kind: 'docker', engine: docker }],
    ['docker:///tmp/d.sock', { kind: 'docker', engine: { kind: 'unix', path: '/tmp/d.sock' } }],
    [
      'docker-container://my_builder0',
      { kind: 'docker-container', container: 'my_builder0', engine: docker },
    ],
    [
      'kube-pod://bk-0?namespace=ci&container=bk',
      {
        kind: 'program',
        program: 'kubectl',
        args: ['--namespace=ci', 'exec', '-i', '--container=bk', 'bk-0', '--', 'buildctl', 'dial-stdio'],
        written: 'kube-pod://bk-0?namespace=ci&container=bk',
      },
    ],
    [
      'ssh://me@host:2222/run/bk.sock',
      {
        kind: 'program',
        program: 'ssh',
        args: '-p 2222 -l me -- host buildctl --addr unix:///run/bk.sock dial-stdio'.split(' '),
        written: 'ssh://me@host:2222/run/bk.sock',
      },
    ],
  ];
  for (const [text, address] of cases) assert.deepEqual(readAddress(text, {}), address, text);
});

test('a command that is offered goes to the daemon that was asked', () => {
  for (const text of [
    'unix:///run/bk.sock',
    'tcp://[::1]:9000',
    'docker-container://bk',
    'ssh://host',
    'kube-pod://bk',
  ])
    assert.equal(addressFlag(readAddress(text, {})), `--buildkit-addr ${text}`);
});

test("Docker's engine is where DOCKER_HOST says", () => {
  const address = readAddress('docker://', { DOCKER_HOST: 'tcp://far:2375' });
  assert.equal(showAddress(address), "Docker's engine at tcp://far:2375");
});

test('a word that is no address is answered with the forms there are', () => {
  for (const text of ['', 'builder:1234', 'unix://', 'tcp://', 'http://builder', 'docker-container://']) {
    assert.throws(
      () => readAddress(text, {}),
      (error) =>
        error instanceof Failure && error.code === 'buildkit-address' && /unix:\/\//.test(error.hint!),
      text,
    );
  }
});
