/** Tells when a step has printed nothing for a while; then again after twice as long, so that logs stay short. */
export class Silence {
  readonly #first: number;
  readonly #tell: (milliseconds: number) => void;
  #patience: number;
  #since = performance.now();
  #timer: NodeJS.Timeout;

  constructor(patience: number, tell: (milliseconds: number) => void) {
    this.#first = patience;
    this.#patience = patience;
    this.#tell = tell;
    this.#timer = this.#wait(patience);
  }

  /** Called for every piece of output, so it leaves the timer alone. */
  heard(): void {
    this.#since = performance.now();
    this.#patience = this.#first;
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #wait(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      const silent = performance.now() - this.#since;
      if (silent >= this.#patience) {
        this.#tell(silent);
        this.#patience *= 2;
      }
      this.#timer = this.#wait(Math.max(1, Math.ceil(this.#patience - silent)));
    }, milliseconds);
  }
}
