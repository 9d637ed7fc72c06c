import type { FailureClass } from '../failure-class.ts';

export const npmCacheCorrupt: FailureClass = {
  class: 'npm-cache-corrupt',
  blamesCaches: true,
  signs: [
    { says: /(?:npm|yarn|pnpm).*cache.{0,60}(?:corrupt|damaged|invalid)/, unless: /clean|verif/, sure: 0.82 },
    {
      says: /Unexpected end of JSON input while parsing near|Z_BUF_ERROR|zlib: (?:incorrect|invalid) (?:header|data|block)|Z_DATA_ERROR/,
      beside: /npm|yarn|pnpm/,
      sure: 0.85,
    },
    { says: /ENOENT.*_cacache|Invalid response body while trying to fetch/, sure: 0.72 },
  ],
  cause: "npm's cache, or an answer of the registry that it kept, is damaged",
  cure: '`npm cache clean --force` (or the cache mount as a whole), then install again; keep it from being shared by builds at the same time',
  references: ['https://docs.npmjs.com/cli/commands/npm-cache'],
  examples: [
    'npm ERR! Unexpected end of JSON input while parsing near \'...ist":{"shasum":"d7ed\'',
    'npm ERR! code Z_DATA_ERROR\nnpm ERR! errno -3\nnpm ERR! zlib: incorrect data check',
  ],
  lookAlikes: [
    'SyntaxError: Unexpected end of JSON input\n    at JSON.parse (<anonymous>)\n    at load (/app/src/config.js:3:10)',
  ],
};
