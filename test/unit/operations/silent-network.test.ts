import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { rootCertificates } from 'node:tls';
import { readProject } from '../../../src/config/read.ts';
import { stepCertificates } from '../../../src/doctor/checks/step-certificates.ts';
import { tellingOfSilentNetwork } from '../../../src/operations/building/silent-network.ts';
import type { PlannedStep } from '../../../src/plan/target-state.ts';
import type { Event } from '../../../src/report/event.ts';
import { PLAIN_CERTIFICATE } from '../../certificates.ts';

const file = `name: p
environments:
  debian-12: { debian: bookworm, packages: [npm] }
targets:
  one: { environment: debian-12, arch: x64 }
  two: { environment: debian-12, arch: arm64, env: { SSL_CERT_FILE: /etc/own.pem } }
steps:
  - { name: apart, run: make }
  - { name: deps, run: npm ci, network: true, only: { target: one } }
  - { name: told, run: npm ci, network: true, env: { NODE_EXTRA_CA_CERTS: /run/ca.pem } }
  - { name: placed, run: npm ci, network: true, secrets: [{ name: ca, path: /etc/ssl/certs/ca-certificates.crt }] }
  - { name: of a target, run: npm ci, network: true, only: { target: two } }
artifacts: [{ path: x, as: "x-{target}", kind: file }]
`;

function read(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-silent-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'targetry.yaml'), file);
  return { folder, project: readProject(folder, folder).project };
}

test('of a step that waits for the network, certificates are told of that the machine has and the step has not', (t) => {
  const { project } = read(t);
  const told = (env: Readonly<Record<string, string>>) => {
    const seen: Event[] = [];
    const steps = new Map(
      project.steps.map(({ name, at }): [string, PlannedStep] => [
        name,
        { asked: true, timeout: undefined, at },
      ]),
    );
    const context = { env, emit: (event: Event) => void seen.push(event) };
    const emit = tellingOfSilentNetwork(context, { project, targets: project.targets, plan: { steps } });
    for (const { name } of [...project.steps, ...project.steps])
      emit({ type: 'silent', task: name, seconds: 60, running: ['npm ci'] });
    return seen.flatMap((event, index) =>
      event.type === 'noticed' ? [`${index} ${event.diagnostic.message.split(' ')[1]}`] : [],
    );
  };
  assert.deepEqual(told({ NODE_EXTRA_CA_CERTS: '/own.pem' }), ['2 `deps`']);
  assert.deepEqual(told({}), []);
});

test('the doctor finds steps that know nothing of the certificates that this machine alone trusts', (t) => {
  const { folder, project } = read(t);
  const found = (certificates: string) => {
    const path = join(folder, 'extra.pem');
    writeFileSync(path, certificates);
    const here = { project, warnings: [], targets: project.targets };
    const patient = { context: { env: { NODE_EXTRA_CA_CERTS: path } }, project: here };
    const { own, steps } = stepCertificates.probe(
      patient as unknown as Parameters<typeof stepCertificates.probe>[0],
    ) as { own: number; steps: readonly { name: string }[] };
    return [own, steps.map(({ name }) => name)];
  };
  const everybodys = rootCertificates.slice(0, 3).join('\n');
  assert.deepEqual(found(`${everybodys}\n${PLAIN_CERTIFICATE}`), [1, ['deps']]);
  assert.deepEqual(found(everybodys), [0, ['deps']]);
  assert.deepEqual(found('-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n'), [
    0,
    ['deps'],
  ]);
});
