import type { FailureClass } from '../failure-class.ts';

export const variableUnset: FailureClass = {
  class: 'variable-unset',
  signs: [
    {
      says: /(?:sh|bash|ash|dash|\.sh): (?:line )?(?:\d+: )?(?<name>[A-Za-z_]\w*): parameter not set/,
      sure: 0.95,
    },
    { says: /: (?:line )?(?:\d+: )?(?<name>[A-Za-z_]\w*): unbound variable/, sure: 0.95 },
  ],
  cause: 'the variable {name} is not set, and the shell runs with `-u`, as every step of targetry.yaml does',
  cure: 'set it under `env:` of the step, the target or the environment, or say in the command what counts without it: `${{name}:-}`',
  references: ['https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#set'],
  examples: [
    '/bin/sh: 1: LDFLAGS: parameter not set',
    'sh: CC: parameter not set',
    './build.sh: line 12: PREFIX: unbound variable',
  ],
  lookAlikes: [
    'checking for unbound variable names in the configuration... none',
    'parameter not set in the query: page',
  ],
};
