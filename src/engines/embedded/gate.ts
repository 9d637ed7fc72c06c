/** Lets so many in at once, in the order they came. */
export class Gate {
  readonly limit: number;
  #inside = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Resolves with what to call on leaving. */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (this.#inside >= this.limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inside++;
    const leave = () => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside--;
      else next();
    };
    if (signal.aborted) {
      leave();
      signal.throwIfAborted();
    }
    return leave;
  }
}
