import { jsonIn } from '../../base/json-text.ts';
import { parseNpmManifest, type NpmManifest } from '../../formats/npm-manifest.ts';
import { nearest } from '../../base/nearest.ts';
import { shownAddress } from '../../remote/address.ts';
import type { HttpClient } from '../../remote/http.ts';
import { Failure } from '../../report/failure.ts';
import type { NpmConfiguration } from './npmrc.ts';

const MOST_MANIFEST = 8 * 1024 * 1024;
/** All versions of a package, in the short form where a registry has one. */
const MOST_PACKUMENT = 256 * 1024 * 1024;
const SHORT = { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8' };

export class NpmRegistry {
  readonly #client: HttpClient;
  readonly #configuration: NpmConfiguration;

  constructor(client: HttpClient, configuration: NpmConfiguration) {
    this.#client = client;
    this.#configuration = configuration;
    for (const [prefix, value] of configuration.authorizations) client.authorize(prefix, value);
  }

  /** What the registry says of one version. Not every registry tells it alone; then the list of all has it. */
  async manifest(name: string, version: string): Promise<NpmManifest> {
    const alone = `${this.#place(name)}/${encodeURIComponent(version)}`;
    const value = (await this.#json(alone, MOST_MANIFEST)) ?? (await this.#ofAll(name, version));
    const manifest = parseNpmManifest(value);
    if (manifest?.name === name && manifest.version === version) return manifest;
    throw new Failure('tool-not-found', `what ${shownAddress(alone)} answers is no package of npm`);
  }

  /**
   * Where the file of a version may be had: where the registry says, and where it usually is. A mirror often says where the
   * registry behind it has the file, which may be out of reach.
   */
  tarballs({ name, tarball }: NpmManifest): readonly string[] {
    if (tarball === undefined) return [];
    const file = new URL(tarball).pathname.split('/').at(-1)!;
    return [...new Set([tarball, `${this.#place(name, '/')}/-/${file}`])];
  }

  async #ofAll(name: string, version: string): Promise<unknown> {
    const address = this.#place(name);
    const all = (await this.#json(address, MOST_PACKUMENT, SHORT)) as
      | {
          readonly versions?: Readonly<Record<string, unknown>>;
          readonly 'dist-tags'?: { readonly latest?: string };
        }
      | undefined;
    const where = shownAddress(this.#configuration.registryOf(name));
    if (all?.versions === undefined) throw new Failure('tool-not-found', `${where} has no package ${name}`);
    if (all.versions[version] !== undefined) return all.versions[version];
    const latest = all['dist-tags']?.latest;
    const near = nearest(version, Object.keys(all.versions));
    const others = [...new Set([...near, ...(latest === undefined ? [] : [latest])])];
    throw new Failure('tool-not-found', `${where} has no ${name} ${version}`, {
      hint: `there is ${others.map((one) => `${name}@${one}`).join(', ')}`,
    });
  }

  #place(name: string, slash = '%2f'): string {
    return `${this.#configuration.registryOf(name)}/${name.replace('/', slash)}`;
  }

  async #json(address: string, most: number, headers: Record<string, string> = {}): Promise<unknown> {
    let bytes: Buffer;
    try {
      bytes = await this.#client.bytes(address, most, headers);
    } catch (error) {
      const denied = ['http-not-found', 'http-denied', 'http-refused'];
      if (error instanceof Failure && denied.includes(error.code)) return undefined;
      throw error;
    }
    return jsonIn(bytes.toString('utf8'));
  }
}
