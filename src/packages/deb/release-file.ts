import { FormatError } from '../../formats/format-error.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import type { Keyring } from '../openpgp/keyring.ts';
import { verifyClearSigned, verifyDetached, type Objection } from '../openpgp/verify.ts';
import { parseRelease, type Release } from './release.ts';
import { isFlat, type DebRepository } from './repository.ts';

/** As it was served. */
export interface ReleaseFile {
  /** Where it came from, as it may be shown. */
  readonly url: string;
  readonly bytes: Buffer;
  /** The file beside it; undefined where the signature is around the text. */
  readonly signature: Buffer | undefined;
}

interface TrustedRelease {
  readonly release: Release;
  /** Fingerprint of the primary key whose signature was accepted. */
  readonly key: string;
  readonly expiredAllowed: boolean;
  readonly warnings: readonly Diagnostic[];
}

/** From the bytes of a release file to what it says, if a key that counts says so, of this suite, and for today. */
export function trustRelease(
  file: ReleaseFile,
  repository: DebRepository,
  keyring: Keyring,
  now: Date,
): TrustedRelease {
  const { url } = file;
  const verdict = verify(file, keyring, now, repository);
  if (!verdict.good) throw untrusted(url, verdict.objections, repository);
  const release = readText(verdict.text, url);
  const warnings = checkName(release, url, repository);
  const { expiredAllowed, warnings: late } = checkDates(release, url, repository, now);
  return { release, key: verdict.signer.primary, expiredAllowed, warnings: [...warnings, ...late] };
}

function verify(
  { url, bytes, signature }: ReleaseFile,
  keyring: Keyring,
  now: Date,
  { at }: DebRepository,
): ReturnType<typeof verifyClearSigned> {
  try {
    if (signature === undefined) return verifyClearSigned(bytes, keyring, now);
    return verifyDetached(bytes, signature, keyring, now);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const why = signature?.length === 0 ? 'there is no Release.gpg beside it' : error.message;
    // Nothing turns this off: a repository without a signature is whatever the last one on the way made of it.
    const hint =
      at === undefined ? undefined : 'have its owner sign it, or sign it yourself: `gpg --clearsign`';
    throw new Failure('signature-missing', `${url} is not a signed package index`, {
      why,
      hint,
      at,
      cause: error,
    });
  }
}

/** A mirror could serve another suite's file, which is signed just as well. */
function checkName(release: Release, url: string, repository: DebRepository): Diagnostic[] {
  const { suite, at } = repository;
  const names = [...new Set([release.codename, release.suite])].filter((name) => name !== '');
  if (isFlat(repository) || names.includes(suite)) return [];
  const message = `${url} is the index of ${names.join(' or ') || 'no suite'}, not of ${suite}`;
  if (at === undefined)
    throw new Failure('index-invalid', message, { hint: 'name another server: `--mirror http://…/debian`' });
  if (names.length === 0) return [];
  // Vendors' own repositories often get this wrong, and apt only says so as well.
  return [{ code: 'suite-other-name', severity: 'warning', message, at }];
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
function untrusted(url: string, objections: readonly Objection[], { at }: DebRepository): Failure {
  const why = objections.map((objection) => objection.text).join('; ') || 'there is no signature in it';
  const problems = new Set(objections.map((objection) => objection.problem));
  if (problems.has('bad') || problems.has('weak') || problems.has('unreadable')) {
    return new Failure('signature-bad', `${url}: the signature is wrong`, { why, at });
  }
  if (problems.has('expired-key') || problems.has('expired')) {
    return new Failure('signature-key-expired', `${url} is signed by a key that expired`, { why, at });
  }
  if (problems.has('future')) {
    return new Failure('release-from-future', `${url} was signed in the future`, { why, at });
  }
  const hint = at === undefined ? undefined : 'name the file of the right key with `key:`';
  return new Failure('signature-unknown-key', `${url} is signed by nobody that is trusted`, {
    why,
    hint,
    at,
  });
}

function checkDates(
  release: Release,
  url: string,
  repository: DebRepository,
  now: Date,
): Pick<TrustedRelease, 'expiredAllowed' | 'warnings'> {
  const { suite, allowExpired, allowFuture, at } = repository;
  if (release.date.getTime() > now.getTime() + FUTURE_TOLERANCE && !allowFuture) {
    throw new Failure(
      'release-from-future',
      `${url} is dated ${release.date.toISOString()}, which is not yet`,
      { at },
    );
  }
  const until = release.validUntil;
  if (until === undefined || until >= now) return { expiredAllowed: false, warnings: [] };
  const message = `the index of ${suite} was valid until ${until.toISOString().slice(0, 10)}`;
  if (allowExpired === undefined) {
    const why = `it comes from ${url}`;
    const instead = at === undefined ? 'name another server: `--mirror http://…/debian`; to' : 'to';
    const hint = `${instead} let it pass, say \`--allow-expired ${suite}\`; the lock will note it`;
    throw new Failure('release-expired', message, { why, hint, at });
  }
  const warning: Diagnostic = {
    code: 'release-expired-allowed',
    severity: 'warning',
    message: `${message}, and was let through`,
    hint: `${allowExpired}; the lock notes it`,
  };
  return { expiredAllowed: true, warnings: [warning] };
}

const FUTURE_TOLERANCE = 3600 * 1000;
