import type { FailureClass } from '../failure-class.ts';

export const configGuessOld: FailureClass = {
  class: 'config-guess-old',
  signs: [
    {
      says: /(?:machine|system) '(?<machine>[^']+)' not recognized|Invalid configuration '(?<machine2>[^']+)': (?:machine|system|OS)|cannot guess build type; you must specify one/,
      sure: 0.92,
    },
  ],
  cause: "the project's config.guess and config.sub are older than this CPU or libc, and don't know its name",
  cure: 'take newer ones (`autoreconf -fi`, or the files of the package autotools-dev or automake), or name the machine: `--build=…`',
  references: ['https://git.savannah.gnu.org/cgit/config.git'],
  examples: [
    'configure: error: cannot guess build type; you must specify one',
    "Invalid configuration `aarch64-unknown-linux-musl': machine `aarch64-unknown' not recognized\nconfigure: error: /bin/sh ./config.sub aarch64-unknown-linux-musl failed",
  ],
  lookAlikes: ["./app: option '--foo' not recognized"],
};
