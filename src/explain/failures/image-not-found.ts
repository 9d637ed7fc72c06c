import type { FailureClass } from '../failure-class.ts';

export const imageNotFound: FailureClass = {
  class: 'image-not-found',
  signs: [
    {
      says: /manifest (?:for \S+ )?(?:unknown|not found)|MANIFEST_UNKNOWN|NAME_UNKNOWN|repository name not known to registry/,
      sure: 0.92,
    },
    { says: /(?:docker\.io|ghcr\.io|quay\.io|\w+\.\w+)\/\S+:\S+: not found/, sure: 0.85 },
  ],
  cause: 'the registry has no image of this name and tag, or it was removed',
  cure: 'correct the name and the tag; old tags of official images are removed (`docker buildx imagetools inspect NAME`)',
  references: ['https://docs.docker.com/reference/cli/docker/buildx/imagetools/inspect/'],
  examples: [
    'ERROR: failed to solve: node:99-alpine: docker.io/library/node:99-alpine: not found',
    'Error response from daemon: manifest for node:99 not found: manifest unknown: manifest unknown',
  ],
  lookAlikes: ['failed to compute cache key: "/dist": not found'],
};
