import { createHash } from 'node:crypto';
import { Failure } from '../../report/failure.ts';

const STRONG = ['sha512', 'sha384', 'sha256'];

/** Hands bytes on; at their end they must have the hash that the registry told, the strongest of `sha512-… sha1-…`. */
export async function* checkIntegrity(
  bytes: AsyncIterable<Buffer>,
  integrity: string | undefined,
  what: string,
): AsyncGenerator<Buffer, void, void> {
  const words = (integrity ?? '').split(/\s+/).map((word) => word.split('?')[0]!);
  const [algorithm, expected] = STRONG.map(
    (name) => [name, words.filter((word) => word.startsWith(`${name}-`))] as const,
  ).find(([, found]) => found.length > 0) ?? ['', []];
  if (algorithm === '') throw new Failure('tool-hash-missing', `the registry tells no sha512 of ${what}`);
  const hash = createHash(algorithm);
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
  const actual = `${algorithm}-${hash.digest('base64')}`;
  if (!expected.includes(actual)) {
    throw new Failure('hash-mismatch', `the registry sent other bytes than it must for ${what}`, {
      why: `they must be ${expected.join(' or ')}, are ${actual}`,
    });
  }
}
