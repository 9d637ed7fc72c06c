import type { FailureClass } from '../failure-class.ts';

export const copySourceMissing: FailureClass = {
  class: 'copy-source-missing',
  signs: [
    {
      says: /failed to compute cache key: .*not found|failed to calculate checksum of ref .*not found/,
      sure: 0.93,
    },
    { says: /(?:COPY|ADD) failed: (?:file not found|stat|no source files|forbidden path)/, sure: 0.93 },
    {
      says: /failed to read dockerfile: open \S+: no such file or directory|unable to prepare context: (?:unable to evaluate symlinks|path .{0,80}not found)/,
      sure: 0.92,
    },
  ],
  cause:
    'a file that COPY, ADD or the build itself names is not in the build context: it is elsewhere, not made yet, or kept out by .dockerignore',
  cure: "check the path from the context's folder (the last word of `docker build`), and .dockerignore",
  references: ['https://docs.docker.com/build/concepts/context/'],
  examples: [
    'ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref abc::def: "/dist": not found',
    'COPY failed: file not found in build context or excluded by .dockerignore: stat app.jar: file does not exist',
  ],
  lookAlikes: ["cp: cannot stat 'dist': No such file or directory"],
};
