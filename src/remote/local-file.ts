import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Failure } from '../report/failure.ts';

/** The bytes of a `file:` address, with the errors that a server would give. */
export async function* localFile(address: string): AsyncGenerator<Buffer, void, void> {
  const path = fileURLToPath(address);
  try {
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new Failure('http-not-found', `there is no file ${path}`, {
        hint: 'check the address',
        cause: error,
      });
    if (code === undefined) throw error;
    throw new Failure('http-refused', `${path} can't be read`, {
      why: message,
      hint: 'check its permissions',
      cause: error,
    });
  }
}
