import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { counted } from '../../base/units.ts';
import {
  extraCertificates,
  giveCertificates,
  stepsWithoutCertificates,
} from '../../config/step-certificates.ts';
import type { Location } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import { noProject, type Check, type Diagnosis } from '../check.ts';

interface Found {
  /** Certificates that this machine trusts, and hardly anybody else. */
  readonly own: number;
  /** Steps with a network that know none of them. */
  readonly steps: readonly { readonly name: string; readonly at: Location }[];
}

export const stepCertificates: Check<Found | undefined> = {
  id: 'step-certificates',
  group: 'project',
  title: 'certificates of steps',
  proves:
    'Steps with a network know the certificates of a proxy that opens TLS, where this machine has some.',
  how: 'Holds the file that NODE_EXTRA_CA_CERTS names against the certificates that Node brings, and looks for it in `env` and `secrets` of steps with `network: true`.',
  costs:
    'A step fails with "self-signed certificate in certificate chain", or is silent for minutes: npm says nothing while it tries again.',
  cure: 'Give the steps the file as a secret: docs/secrets.md.',
  needs: ['config'],
  probe({ context: { env }, project: here }) {
    if (here === undefined || here instanceof Failure) return undefined;
    const file = env[extraCertificates] ?? '';
    const steps = file === '' ? [] : stepsWithoutCertificates(here.project, here.targets);
    return { own: steps.length === 0 ? 0 : ownCertificates(file), steps };
  },
  judge(found): Diagnosis | readonly Diagnosis[] {
    if (found === undefined) return noProject;
    const { own, steps } = found;
    if (own === 0 || steps.length === 0) return { status: 'ok', found: 'steps need none of this machine' };
    return steps.map(({ name, at }) => ({
      status: 'warn',
      found: `step \`${name}\` asks servers, and knows nothing of ${counted(own, 'certificate')} that ${extraCertificates} adds here`,
      cure: `where a proxy opens TLS, ${giveCertificates}`,
      at,
    }));
  },
};

function ownCertificates(file: string): number {
  const known = new Set(rootCertificates.map(fingerprint));
  const all = textOf(file).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return all.map(fingerprint).filter((one) => one !== undefined && !known.has(one)).length;
}

/** One that can't be read is told by the check of certificates. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Undefined for what only looks like a certificate: a file may hold anything. */
function fingerprint(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    return undefined;
  }
}
