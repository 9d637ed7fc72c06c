import type { FailureClass } from '../failure-class.ts';

export const imageNoPlatform: FailureClass = {
  class: 'image-no-platform',
  signs: [
    {
      says: /no match for platform in manifest|no matching manifest for \S+ in the manifest list|does not provide the specified platform|no image found in (?:image index|manifest list) for architecture|exporter .{0,60}does not support exporting manifest lists|no supported platform found/,
      sure: 0.93,
    },
  ],
  cause: 'the image has no variant for the platform that is asked for',
  cure: 'take an image that has one (`docker buildx imagetools inspect NAME` lists them), or build for a platform that it has',
  references: ['https://docs.docker.com/build/building/multi-platform/'],
  examples: [
    'ERROR: no match for platform in manifest: not found',
    'docker: no matching manifest for linux/arm64/v8 in the manifest list entries.',
  ],
  lookAlikes: ['exec /bin/sh: exec format error'],
};
