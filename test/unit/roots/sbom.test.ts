import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRoot } from '../../../src/roots/compose.ts';
import { inventoryOf } from '../../../src/roots/sbom/components.ts';
import { sbomDocument, type SbomFormat } from '../../../src/roots/sbom/documents.ts';
import { composeDebs } from '../../compose-debs.ts';

const OS_RELEASE = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n';

test('scanners find each package by its URL, with the release, the source and the hash of the lock', async (t) => {
  const { locked, store } = await composeDebs(t, [
    { name: 'base-files', files: [{ path: './usr/lib/os-release', bytes: OS_RELEASE }] },
    { name: 'g++', version: '4:12.2.0-3', fields: { Source: 'gcc-defaults (1.203)' } },
    { name: 'tzdata', version: '2025b-0+deb12u1~x', arch: 'all' },
  ]);
  const { tree } = await planRoot(locked, store);
  const tools = [
    { source: 'npm', name: '@x/pnpm', version: '10.0.0', file: 'pnpm.tgz', size: 1, sha256: 'ab' },
  ] as const;
  const inventory = inventoryOf(tree, { ...locked, tools });
  assert.deepEqual(inventory.os, { id: 'debian', version: '12' });
  assert.deepEqual(
    inventory.components.map(({ purl }) => purl),
    [
      'pkg:deb/debian/base-files@1?arch=amd64&distro=debian-12',
      'pkg:deb/debian/g%2B%2B@4:12.2.0-3?arch=amd64&distro=debian-12&upstream=gcc-defaults%401.203',
      'pkg:deb/debian/tzdata@2025b-0%2Bdeb12u1~x?arch=all&distro=debian-12',
      'pkg:npm/%40x/pnpm@10.0.0',
    ],
  );
  const hashes = locked.packages.map(({ sha256 }) => sha256);
  assert.deepEqual(
    inventory.components.map(({ sha256 }) => sha256),
    [...hashes, 'ab'],
  );

  const subject = {
    ...inventory,
    name: 'it',
    arch: 'amd64',
    key: 'ff',
    date: '2026-01-02T03:04:05Z',
    tool: '1',
  };
  const text = (format: SbomFormat) => JSON.stringify(sbomDocument(subject, format));
  for (const format of ['spdx', 'cyclonedx'] as const) {
    assert.equal(text(format), text(format));
    for (const one of [...hashes, 'gcc-defaults', '2026-01-02T03:04:05Z'])
      assert.ok(text(format).includes(one), one);
  }
  assert.match(text('spdx'), /^\{"spdxVersion":"SPDX-2\.3"/);
  assert.match(text('spdx'), /"SPDXID":"SPDXRef-Package-2-g--"/);
  assert.match(
    text('cyclonedx'),
    /"type":"operating-system","bom-ref":"os:debian","name":"debian","version":"12"/,
  );
  assert.match(
    text('cyclonedx'),
    /"serialNumber":"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"/,
  );
});
