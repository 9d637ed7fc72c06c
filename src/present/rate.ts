const windowMilliseconds = 3000;
const sampleMilliseconds = 50;

interface Sample {
  readonly at: number;
  readonly count: number;
}

/** How fast a count grew over the last seconds. */
export class Rate {
  readonly #samples: Sample[] = [];
  #latest: Sample | undefined;

  add(at: number, count: number): void {
    this.#latest = { at, count };
    const before = this.#samples.at(-1);
    if (before && at - before.at < sampleMilliseconds) return;
    this.#samples.push(this.#latest);
    while (this.#samples.length > 1 && this.#samples[1]!.at <= at - windowMilliseconds) this.#samples.shift();
  }

  /** Unknown for the first moments, when any number would be a guess. */
  perSecond(now: number): number | undefined {
    const first = this.#samples[0];
    if (!first || now - first.at < 500) return undefined;
    return ((this.#latest!.count - first.count) * 1000) / (now - first.at);
  }
}
