/**
 * A list of what is in a root in the two languages that scanners read. Equal roots give equal documents: ids come from the
 * root's key, the time is that of the newest metadata that the lock was made from.
 */
import { sha256 } from '../../base/sha256.ts';
import type { Component, Inventory } from './components.ts';

export interface SbomSubject extends Inventory {
  /** Of the environment. */
  readonly name: string;
  readonly arch: string;
  /** The root's key. */
  readonly key: string;
  /** ISO 8601. */
  readonly date: string;
  /** Of Targetry. */
  readonly tool: string;
}

export type SbomFormat = 'spdx' | 'cyclonedx';

export function sbomDocument(subject: SbomSubject, format: SbomFormat): object {
  return format === 'spdx' ? spdxDocument(subject) : cyclonedxDocument(subject);
}

const UNKNOWN = 'NOASSERTION';

/** SPDX 2.3. */
function spdxDocument({ name, arch, key, date, tool, os, components }: SbomSubject): object {
  const root = 'SPDXRef-Environment';
  const ids = components.map(
    ({ name: own }, index) => `SPDXRef-Package-${index + 1}-${own.replaceAll(/[^\w.-]|_/g, '-')}`,
  );
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${name}-${arch}`,
    documentNamespace: `https://spdx.org/spdxdocs/targetry-${encodeURIComponent(name)}-${arch}-${key}`,
    creationInfo: { created: date, creators: [`Tool: targetry-${tool}`] },
    packages: [
      {
        SPDXID: root,
        name,
        versionInfo: `${os.id}-${os.version} ${arch}`,
        primaryPackagePurpose: 'OPERATING-SYSTEM',
        downloadLocation: UNKNOWN,
        filesAnalyzed: false,
        licenseConcluded: UNKNOWN,
        licenseDeclared: UNKNOWN,
        copyrightText: UNKNOWN,
      },
      ...components.map((one, index) => spdxPackage(one, ids[index]!)),
    ],
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: root },
      ...ids.map((id) => ({ spdxElementId: root, relationshipType: 'CONTAINS', relatedSpdxElement: id })),
    ],
  };
}

function spdxPackage({ name, version, purl, sha256: hash, source }: Component, id: string): object {
  return {
    SPDXID: id,
    name,
    versionInfo: version,
    downloadLocation: UNKNOWN,
    filesAnalyzed: false,
    ...(hash !== undefined && { checksums: [{ algorithm: 'SHA256', checksumValue: hash }] }),
    ...(source !== undefined && { sourceInfo: `built from ${source}` }),
    licenseConcluded: UNKNOWN,
    // A distro's own words for a license are often no SPDX expression.
    licenseDeclared: UNKNOWN,
    copyrightText: UNKNOWN,
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  };
}

/** CycloneDX 1.6. */
function cyclonedxDocument({ name, arch, key, date, tool, os, components }: SbomSubject): object {
  const root = `environment:${name}:${arch}`;
  const refs = components.map(({ purl }) => purl);
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(`${key} ${name}`)}`,
    version: 1,
    metadata: {
      timestamp: date,
      tools: { components: [{ type: 'application', name: 'targetry', version: tool }] },
      component: { type: 'container', 'bom-ref': root, name, version: key },
    },
    components: [
      // By it scanners know whose advisories to read.
      { type: 'operating-system', 'bom-ref': `os:${os.id}`, name: os.id, version: os.version },
      ...components.map(cyclonedxComponent),
    ],
    dependencies: [{ ref: root, dependsOn: [...new Set([`os:${os.id}`, ...refs])] }],
  };
}

function cyclonedxComponent({ name, version, purl, sha256: hash, license }: Component): object {
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(hash !== undefined && { hashes: [{ alg: 'SHA-256', content: hash }] }),
    ...(license !== undefined && { licenses: [{ license: { name: license } }] }),
  };
}

/** The same for the same text; its version and variant say that it is made of a hash. */
function uuidOf(text: string): string {
  const hex = sha256(text).slice(0, 32);
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  const digits = `${hex.slice(0, 12)}8${hex.slice(13, 16)}${variant}${hex.slice(17)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
