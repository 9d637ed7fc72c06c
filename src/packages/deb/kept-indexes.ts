/**
 * The indexes in the store, unpacked, each with what was learnt of it: its outline, and the few answers to where apt would
 * meet a name first, for which the whole text has to be searched.
 */
import type { BlobCheck, Store } from '../../store/store.ts';
import { outlineOf, type IndexOutline } from './index-outline.ts';
import { IndexFile, type IndexText } from './index-text.ts';
import { PackageIndex } from './package-index.ts';

/** Kinds of records, by the hash of the index. */
const OUTLINES = 'index-outline';
const MENTIONS = 'first-mentions';

interface Learnt {
  readonly sha256: string;
  readonly mentions: ReadonlyMap<string, number>;
  /** How many of them are kept. */
  readonly kept: number;
}

export class KeptIndexes {
  readonly #store: Store;
  readonly #saving: Promise<unknown>[] = [];
  readonly #learnt: Learnt[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /** Undefined where it isn't here. */
  async read({ sha256 }: BlobCheck, name: string): Promise<PackageIndex | undefined> {
    if (!this.#store.hasBlob(sha256)) return undefined;
    return this.#open(new IndexFile(this.#store.blobPath(sha256)), sha256, name);
  }

  /** Takes one in, while work with it begins. */
  async add(bytes: Buffer, check: BlobCheck, name: string): Promise<PackageIndex> {
    const saving = this.#store.addBlob([bytes], check);
    saving.catch(() => {});
    this.#saving.push(saving);
    return this.#open(bytes.toString('latin1'), check.sha256, name);
  }

  /** When all is written. */
  async settled(): Promise<void> {
    for (const { sha256, mentions, kept } of this.#learnt.splice(0))
      if (mentions.size > kept) this.#note(MENTIONS, sha256, Object.fromEntries(mentions));
    await Promise.all(this.#saving);
  }

  async #open(text: string | IndexText, sha256: string, name: string): Promise<PackageIndex> {
    const mentions = await this.#mentions(sha256);
    this.#learnt.push({ sha256, mentions, kept: mentions.size });
    return new PackageIndex(text, name, { outline: await this.#outline(text, sha256), mentions });
  }

  async #outline(text: string | IndexText, sha256: string): Promise<IndexOutline> {
    const known = await this.#store.readRecord<IndexOutline>(OUTLINES, sha256);
    if (known !== undefined) return known;
    const outline = outlineOf(typeof text === 'string' ? text : text.whole());
    this.#note(OUTLINES, sha256, outline);
    return outline;
  }

  async #mentions(sha256: string): Promise<Map<string, number>> {
    const kept = await this.#store.readRecord<Record<string, number | null>>(MENTIONS, sha256);
    // JSON has no infinity.
    return new Map(Object.entries(kept ?? {}).map(([name, place]) => [name, place ?? Infinity]));
  }

  /** What makes the next command quicker is not worth failing for. */
  #note(kind: string, sha256: string, value: unknown): void {
    this.#saving.push(this.#store.writeRecord(kind, sha256, value).catch(() => {}));
  }
}
