import { readFileSync } from 'node:fs';
import { errorCode } from '../../base/error-code.ts';
import type { Check, Diagnosis } from '../check.ts';

interface Found {
  /** The file of NODE_EXTRA_CA_CERTS, and what is wrong with it. */
  readonly extra?: { readonly file: string; readonly problem: string | undefined } | undefined;
  /** Checking is switched off for all of Node. */
  readonly off: boolean;
  /** Servers that were reached by TLS. */
  readonly trusted: readonly string[];
  /** What was said of those that were not. */
  readonly refused: ReadonlyMap<string, string>;
}

export const trustedCertificates: Check<Found> = {
  id: 'certificates',
  group: 'network',
  title: 'certificates',
  proves: 'The certificates of servers that are asked by TLS are signed by somebody whom Node trusts.',
  how: 'Asks each of them, and reads the file that NODE_EXTRA_CA_CERTS names.',
  costs:
    '"self-signed certificate in certificate chain", "unable to get local issuer certificate": nothing can be downloaded.',
  cure: 'A company whose proxy opens TLS has a certificate for that: `export NODE_EXTRA_CA_CERTS=/path/of/it.pem`.',
  needs: ['dns', 'proxy', 'clock'],
  async probe({ context: { env }, greetings }) {
    const secure = (await greetings()).filter(({ origin }) => origin.startsWith('https:'));
    const file = env['NODE_EXTRA_CA_CERTS'];
    return {
      extra: file === undefined || file === '' ? undefined : { file, problem: problemOf(file) },
      off: env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
      trusted: secure.filter(({ failure }) => failure?.code !== 'tls-failed').map(({ origin }) => origin),
      refused: new Map(
        secure.flatMap(({ origin, failure }) =>
          failure?.code === 'tls-failed' ? [[origin, failure.message]] : [],
        ),
      ),
    };
  },
  judge({ extra, off, trusted, refused }): Diagnosis | readonly Diagnosis[] {
    if (extra?.problem !== undefined) {
      return {
        status: refused.size > 0 ? 'fail' : 'warn',
        found: `NODE_EXTRA_CA_CERTS names ${extra.file}, ${extra.problem}`,
        cure: 'have it name a file of certificates in PEM form',
      };
    }
    if (refused.size > 0) {
      return [...refused.values()].map((found) => ({
        status: 'fail',
        found,
        cure: 'if a proxy of your company opens TLS, name its certificate: `export NODE_EXTRA_CA_CERTS=/path/of/it.pem`',
      }));
    }
    if (off) {
      return {
        status: 'warn',
        found: 'NODE_TLS_REJECT_UNAUTHORIZED=0: any server may pretend to be another',
        cure: 'unset it; name the certificate that is missing with NODE_EXTRA_CA_CERTS',
      };
    }
    return { status: 'ok', found: trusted.length === 0 ? 'no server is asked by TLS' : trusted.join(', ') };
  },
};

function problemOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').includes('-----BEGIN') ? undefined : 'which holds no certificate';
  } catch (error) {
    return `which can't be read (${errorCode(error)})`;
  }
}
