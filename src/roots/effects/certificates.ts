/**
 * What update-ca-certificates makes of the certificates that ca-certificates brings: the list, one link per certificate,
 * the joined file, and OpenSSL's `HASH.0` links, by which old Pythons find them.
 */
import { X509Certificate } from 'node:crypto';
import type { RootTree } from '../root-tree.ts';
import type { Effect, EffectResult } from './effect.ts';
import { subjectHash } from './subject-hash.ts';

const SOURCE = 'usr/share/ca-certificates';
const FOLDER = 'etc/ssl/certs';
const OWNER = 'ca-certificates';

export const certificates: Effect = {
  name: 'certificates',
  apply({ tree, packages }) {
    if (!packages.some(({ name }) => name === OWNER)) return { done: [], skipped: [] };
    const prefix = `${SOURCE}/`;
    const names = [...tree.nodes.keys()]
      .filter((path) => path.startsWith(prefix) && path.endsWith('.crt'))
      .map((path) => path.slice(prefix.length))
      .sort();
    tree.write('etc/ca-certificates.conf', names.map((name) => `${name}\n`).join(''), { owner: OWNER });
    return joinCertificates(
      tree,
      names.map((name) => ({ path: prefix + name, link: `${linkName(name)}.pem` })),
    );
  },
};

interface NamedCertificate {
  readonly path: string;
  /** In the folder of all certificates. */
  readonly link: string;
}

export function joinCertificates(tree: RootTree, certificates: readonly NamedCertificate[]): EffectResult {
  const joined: string[] = [];
  const hashes = new Map<string, number>();
  const seen = new Set<string>();
  const skipped: string[] = [];
  for (const { path, link } of certificates) {
    const pem = tree.readText(path) ?? '';
    const certificate = parse(pem);
    if (certificate === undefined) {
      skipped.push(`${path} is no certificate`);
      continue;
    }
    joined.push(pem.endsWith('\n') ? pem : `${pem}\n`);
    tree.link(`${FOLDER}/${link}`, `/${path}`, OWNER);
    const { raw, fingerprint256 } = certificate;
    if (seen.has(fingerprint256)) continue;
    seen.add(fingerprint256);
    const hash = subjectHash(raw);
    const count = hashes.get(hash) ?? 0;
    hashes.set(hash, count + 1);
    tree.link(`${FOLDER}/${hash}.${count}`, link, OWNER);
  }
  tree.write(`${FOLDER}/ca-certificates.crt`, joined.join(''), { owner: OWNER });
  return { done: [`${joined.length} certificates`], skipped };
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** As the tool names it, but for the ending: some other tools can't do with the characters that are replaced. */
export function linkName(certificate: string): string {
  const base = certificate.split('/').at(-1)!.slice(0, -'.crt'.length);
  return base.replaceAll(/[ ,]/g, '_').replaceAll(/[()]/g, '=');
}
