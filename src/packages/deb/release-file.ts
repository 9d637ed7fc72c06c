import { FormatError } from '../../formats/format-error.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import type { Keyring } from '../openpgp/keyring.ts';
import { verifyClearSigned, type Objection } from '../openpgp/verify.ts';
import { parseRelease, type Release } from './release.ts';

interface DatePolicy {
  readonly now: Date;
  readonly allowExpired: boolean;
  readonly allowFuture: boolean;
}

interface TrustedRelease {
  readonly release: Release;
  /** Fingerprint of the primary key whose signature was accepted. */
  readonly key: string;
  readonly expiredAllowed: boolean;
  readonly warnings: readonly Diagnostic[];
}

/** From the bytes of an InRelease file to what it says, if a trusted key says so, of this suite, and for today. */
export function trustRelease(
  bytes: Buffer,
  url: string,
  suite: string,
  keyring: Keyring,
  policy: DatePolicy,
): TrustedRelease {
  const verdict = verify(bytes, url, keyring, policy.now);
  if (!verdict.good) throw untrusted(url, verdict.objections);
  const release = readText(verdict.text, url);
  // A mirror could serve another suite's file, which is signed just as well.
  if (release.codename !== suite && release.suite !== suite) {
    throw new Failure('index-invalid', `${url} is the index of ${release.codename}, not of ${suite}`, {
      hint: 'name another server: `--mirror http://…/debian`',
    });
  }
  const { expiredAllowed, warnings } = checkDates(release, url, suite, policy);
  return { release, key: verdict.signer.primary, expiredAllowed, warnings };
}

function verify(
  bytes: Buffer,
  url: string,
  keyring: Keyring,
  now: Date,
): ReturnType<typeof verifyClearSigned> {
  try {
    return verifyClearSigned(bytes, keyring, now);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new Failure('signature-missing', `${url} is not a signed package index`, {
      why: error.message,
      cause: error,
    });
  }
}

function readText(text: string, url: string): Release {
  try {
    return parseRelease(text);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new Failure('index-invalid', `${url} is signed, but not a release file`, {
      why: error.message,
      cause: error,
    });
  }
}

/** Of several objections the one counts that came nearest to a good signature. */
function untrusted(url: string, objections: readonly Objection[]): Failure {
  const why = objections.map((objection) => objection.text).join('; ') || 'there is no signature in it';
  const problems = new Set(objections.map((objection) => objection.problem));
  if (problems.has('bad') || problems.has('weak') || problems.has('unreadable')) {
    return new Failure('signature-bad', `${url}: the signature is wrong`, { why });
  }
  if (problems.has('expired-key') || problems.has('expired')) {
    return new Failure('signature-key-expired', `${url} is signed by a key that expired`, { why });
  }
  if (problems.has('future')) {
    return new Failure('release-from-future', `${url} was signed in the future`, { why });
  }
  return new Failure('signature-unknown-key', `${url} is signed by nobody that is trusted`, { why });
}

function checkDates(
  release: Release,
  url: string,
  suite: string,
  policy: DatePolicy,
): Pick<TrustedRelease, 'expiredAllowed' | 'warnings'> {
  const now = policy.now.getTime();
  if (release.date.getTime() > now + FUTURE_TOLERANCE && !policy.allowFuture) {
    throw new Failure(
      'release-from-future',
      `${url} is dated ${release.date.toISOString()}, which is not yet`,
    );
  }
  const until = release.validUntil;
  if (until === undefined || until.getTime() >= now) return { expiredAllowed: false, warnings: [] };
  const message = `the index of ${suite} was valid until ${until.toISOString().slice(0, 10)}`;
  if (!policy.allowExpired) throw new Failure('release-expired', message, { why: `it comes from ${url}` });
  const warning: Diagnostic = {
    code: 'release-expired-allowed',
    severity: 'warning',
    message: `${message}, and was let through`,
    hint: 'this machine\'s apt configuration says `Acquire::Check-Valid-Until "false"`; the lock notes it',
  };
  return { expiredAllowed: true, warnings: [warning] };
}

const FUTURE_TOLERANCE = 3600 * 1000;
