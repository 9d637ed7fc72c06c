/** Inside the engine: a part of the set-up that this machine didn't let happen. People see it as a `Failure`. */
export class Refused extends Error {
  readonly stage: string;

  constructor(stage: string, message: string) {
    super(message);
    this.stage = stage;
  }
}
