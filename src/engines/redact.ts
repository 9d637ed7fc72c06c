/** What a shorter text stands for is found everywhere: hiding it would hide everything. */
const shortest = 4;
const mask = '***';

/** The texts to hide for some secrets: each without the line ends that files have and commands drop. */
export function textsToHide(values: Iterable<Uint8Array>): readonly Buffer[] {
  const texts = new Map<string, Buffer>();
  for (const value of values) {
    const whole = Buffer.from(value);
    let end = whole.length;
    while (end > 0 && [0x0a, 0x0d].includes(whole[end - 1]!)) end--;
    const text = end < shortest ? whole : whole.subarray(0, end);
    if (text.length >= shortest) texts.set(text.toString('latin1'), text);
  }
  // The longest first, where one is a part of another.
  return [...texts.values()].sort((a, b) => b.length - a.length);
}

export function redactText(text: string, hide: readonly Buffer[]): string {
  return hide.reduce((shown, secret) => shown.replaceAll(secret.toString('utf8'), mask), text);
}

/**
 * Hides texts in one stream of output, also where they arrive in pieces: what may be the beginning of one is held back
 * until it is known.
 */
export class Redaction {
  readonly #hide: readonly Buffer[];
  #held: Buffer = Buffer.alloc(0);

  constructor(hide: readonly Buffer[]) {
    this.#hide = hide;
  }

  pass(data: Buffer): Buffer {
    if (this.#hide.length === 0) return data;
    const all = this.#held.length === 0 ? data : Buffer.concat([this.#held, data]);
    const { shown, from } = this.#mask(all, true);
    const end = this.#maybeSecretFrom(all, from);
    this.#held = Buffer.from(all.subarray(end));
    return Buffer.concat([...shown, all.subarray(from, end)]);
  }

  /** What was held back, when nothing comes any more. */
  end(): Buffer {
    const all = this.#held;
    this.#held = Buffer.alloc(0);
    const { shown, from } = this.#mask(all, false);
    return Buffer.concat([...shown, all.subarray(from)]);
  }

  /** Everything up to the last secret found, and where the rest begins. */
  #mask(all: Buffer, more: boolean): { readonly shown: Buffer[]; readonly from: number } {
    const shown: Buffer[] = [];
    let from = 0;
    for (;;) {
      const next = this.#next(all, from);
      // What comes may make it a part of a longer one.
      const wait = next !== undefined && more && this.#maybeSecretFrom(all, from) <= next.at;
      if (next === undefined || wait) return { shown, from };
      shown.push(all.subarray(from, next.at), Buffer.from(mask));
      from = next.at + next.length;
    }
  }

  #next(all: Buffer, from: number) {
    const found = this.#hide
      .map((secret) => ({ at: all.indexOf(secret, from), length: secret.length }))
      .filter(({ at }) => at !== -1);
    return found.sort((a, b) => a.at - b.at)[0];
  }

  /** Where the longest end of it starts that is the beginning of a secret. */
  #maybeSecretFrom(all: Buffer, from: number): number {
    const longest = this.#hide[0]!.length - 1;
    for (let at = Math.max(from, all.length - longest); at < all.length; at++) {
      if (this.#begins(all.subarray(at))) return at;
    }
    return all.length;
  }

  #begins(end: Buffer): boolean {
    return this.#hide.some((one) => one.length > end.length && one.subarray(0, end.length).equals(end));
  }
}
