import { shownAddress } from '../remote/address.ts';
import { Failure } from '../report/failure.ts';

interface Bytes {
  readonly sha256: string;
  readonly size: number;
}

/** Wrong bytes: the address, and both hashes, so that a person can compare them with what someone else gets. */
export function mismatch(url: string, expected: Bytes, actual: Bytes): Failure {
  return new Failure('hash-mismatch', `${shownAddress(url)} sent other bytes than it must`, {
    why:
      actual.size < expected.size
        ? `it ended after ${actual.size} of ${expected.size} bytes`
        : `sha256 must be ${expected.sha256} (${expected.size} bytes), is ${actual.sha256}`,
  });
}
