import type { FailureClass } from '../failure-class.ts';

export const npmPeerConflict: FailureClass = {
  class: 'npm-peer-conflict',
  signs: [
    { says: /npm (?:ERR!|error) (?:code )?ERESOLVE/, sure: 0.95 },
    { says: /ERESOLVE (?:unable to resolve|could not resolve)/, sure: 0.95 },
    { says: /ERR_PNPM_PEER_DEP_ISSUES/, sure: 0.93 },
  ],
  cause: 'two packages want versions of a third (a peer dependency) that exclude each other',
  cure: 'bring the two to versions that agree; the lines below name them. `--legacy-peer-deps` installs all the same, as npm 6 did',
  references: ['https://docs.npmjs.com/cli/commands/npm-install'],
  examples: [
    'npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE unable to resolve dependency tree',
    'npm error ERESOLVE could not resolve',
  ],
  lookAlikes: ['npm WARN ERESOLVE overriding peer dependency'],
};
