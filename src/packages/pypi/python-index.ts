import { shownAddress } from '../../remote/address.ts';
import type { HttpClient } from '../../remote/http.ts';
import { Failure } from '../../report/failure.ts';
import { normalizedName } from './choose-wheel.ts';
import { parseSimpleIndex, SIMPLE_ACCEPT, type IndexFile } from './simple-index.ts';

const MOST_ANSWER = 64 * 1024 * 1024;

/** The simple indexes of this machine. */
export class PythonIndex {
  readonly #client: HttpClient;
  readonly #indexes: readonly string[];
  readonly #files = new Map<string, Promise<readonly IndexFile[]>>();

  constructor(client: HttpClient, indexes: readonly string[]) {
    this.#client = client;
    this.#indexes = indexes;
  }

  /** All files of a project, of the first index that has it: two indexes' projects of one name may be two projects. */
  files(name: string): Promise<readonly IndexFile[]> {
    const key = normalizedName(name);
    let found = this.#files.get(key);
    if (found === undefined) {
      found = this.#ask(key);
      this.#files.set(key, found);
    }
    return found;
  }

  /** Where the file of a locked version may be had: wherever the index has the same bytes. */
  async addresses(name: string, sha256: string): Promise<readonly string[]> {
    return (await this.files(name)).filter((file) => file.sha256 === sha256).map(({ url }) => url);
  }

  async #ask(name: string): Promise<readonly IndexFile[]> {
    for (const index of this.#indexes) {
      const address = `${index}/${name}/`;
      try {
        const bytes = await this.#client.bytes(address, MOST_ANSWER, { accept: SIMPLE_ACCEPT });
        const files = parseSimpleIndex(bytes.toString('utf8'), new URL(address));
        if (files.length > 0) return files;
      } catch (error) {
        if (!(error instanceof Failure && error.code === 'http-not-found')) throw error;
      }
    }
    const where = this.#indexes.map(shownAddress).join(' and ');
    throw new Failure('tool-not-found', `${where} has no project ${name}`);
  }
}
