import type { FailureClass } from '../failure-class.ts';

export const nodeAbiMismatch: FailureClass = {
  class: 'node-abi-mismatch',
  signs: [
    { says: /Error relocating \S+\.node: (?<symbol>_ZNK?(?:2v8|4node)\w+): symbol not found/, sure: 0.88 },
    { says: /was compiled against a different Node\.js version/, sure: 0.97 },
    { says: /NODE_MODULE_VERSION \d+\. This version of Node\.js requires/, sure: 0.97 },
    { says: /Module version mismatch\. Expected \d+, got \d+/, sure: 0.95 },
    { says: /Module did not self-register/, sure: 0.85 },
  ],
  cause: 'the addon was compiled for another version of Node.js than the one that loads it',
  cure: "`npm rebuild` with the Node.js that runs it, or `npm ci` anew; addons of Node-API don't have this limit",
  references: ['https://nodejs.org/api/addons.html'],
  examples: [
    "Error: The module '/app/node_modules/better-sqlite3/build/Release/better_sqlite3.node'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 93. This version of Node.js requires\nNODE_MODULE_VERSION 108.",
    "Error: Module did not self-register: '/app/node_modules/x/build/Release/x.node'.",
  ],
  lookAlikes: ['npm WARN EBADENGINE Unsupported engine'],
};
