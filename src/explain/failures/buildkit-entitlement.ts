import type { FailureClass } from '../failure-class.ts';

export const buildkitEntitlement: FailureClass = {
  class: 'buildkit-entitlement',
  signs: [
    {
      says: /(?:granting entitlement|entitlement) \S+ is not allowed|\S+ is not allowed by (?:build daemon configuration|the daemon)|(?:network\.host|security\.insecure) (?:is )?not allowed/,
      sure: 0.95,
    },
    {
      says: /additional privileges requested|--allow[= ](?:security\.insecure|network\.host|fs\.\w+)/,
      unless: /^(?:\+|RUN|docker buildx)/,
      sure: 0.72,
    },
  ],
  cause:
    'the build asks for a privilege (`network.host`, `security.insecure`) that the daemon or the command does not grant',
  cure: 'grant it on both sides: `buildkitd --allow-insecure-entitlement …` and `docker buildx build --allow …`; or do without it',
  references: ['https://docs.docker.com/reference/cli/docker/buildx/build/#allow'],
  examples: [
    'ERROR: failed to solve: granting entitlement security.insecure is not allowed by build daemon configuration',
    'error: failed to solve: network.host is not allowed',
  ],
  lookAlikes: ['npm ERR! not allowed'],
};
