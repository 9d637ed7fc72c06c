/** A folder as OCI lays out images: blobs by their digests, and an index of what is called how. */
import { createHash, randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { textIfAny } from '../../base/if-any.ts';
import { jsonIn } from '../../base/json-text.ts';
import type { BlobStore, NewBlob } from './content-service.ts';
import { fileBytes } from './file-bytes.ts';

export interface BlobDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

const nameAnnotation = 'org.opencontainers.image.ref.name';

export class BlobFolder implements BlobStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async size(digest: string): Promise<number | undefined> {
    return statSync(this.#path(digest), { throwIfNoEntry: false })?.size;
  }

  read(digest: string, from: number, length: number): AsyncIterable<Uint8Array> {
    return fileBytes(this.#path(digest), from, from + length);
  }

  readonly add = async (): Promise<NewBlob> => {
    const blobs = join(this.#folder, 'blobs/sha256');
    await mkdir(blobs, { recursive: true });
    // Beside the blobs, for one rename; a name that no digest has.
    const path = join(blobs, `new-${randomUUID()}`);
    const file = await open(path, 'wx');
    const hash = createHash('sha256');
    const digestNow = () => `sha256:${hash.copy().digest('hex')}`;
    let length = 0;
    return {
      get length() {
        return length;
      },
      get digest() {
        return digestNow();
      },
      write: async (data) => {
        await file.writeFile(data);
        hash.update(data);
        length += data.length;
      },
      keep: async () => {
        await file.datasync();
        await rename(path, this.#path(digestNow()));
      },
      close: async () => {
        await file.close();
        await rm(path, { force: true });
      },
    };
  };

  /** What is called so; undefined where nothing is. */
  async named(name: string): Promise<BlobDescriptor | undefined> {
    return (await this.#index()).find(({ annotations }) => annotations?.[nameAnnotation] === name);
  }

  /** From here on this is called so, and nothing else. */
  async name(name: string, descriptor: BlobDescriptor): Promise<void> {
    const others = (await this.#index()).filter(({ annotations }) => annotations?.[nameAnnotation] !== name);
    const annotations = { ...descriptor.annotations, [nameAnnotation]: name };
    const manifests = [...others, { ...descriptor, annotations }];
    await this.#place('oci-layout', { imageLayoutVersion: '1.0.0' });
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    await this.#place('index.json', { schemaVersion: 2, mediaType, manifests });
  }

  async #index(): Promise<readonly BlobDescriptor[]> {
    // A new folder has none; of one that another program broke, what it held is lost, and made again.
    const index = jsonIn(await textIfAny(join(this.#folder, 'index.json')));
    return (index as { readonly manifests?: readonly BlobDescriptor[] } | undefined)?.manifests ?? [];
  }

  async #place(name: string, value: object): Promise<void> {
    const path = join(this.#folder, name);
    await writeFile(`${path}.new`, `${JSON.stringify(value)}\n`);
    await rename(`${path}.new`, path);
  }

  #path(digest: string): string {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    if (hex === undefined) throw new Error(`a blob can't be called ${digest}`);
    return join(this.#folder, 'blobs/sha256', hex);
  }
}
