import type { FailureClass } from '../failure-class.ts';

export const staticTls: FailureClass = {
  class: 'static-tls',
  signs: [
    { says: /cannot allocate memory in static TLS block/, sure: 0.97 },
    { says: /initial-exec TLS resolves to dynamic definition/, sure: 0.96 },
    { says: /dlopen: cannot load any more object with static TLS/, sure: 0.97 },
    {
      says: /(?:no|not enough|insufficient|out of) (?:space|room|surplus) .{0,30}static TLS|static TLS.{0,40}(?:exhausted|too small|surplus)/,
      sure: 0.85,
    },
  ],
  cause:
    'a library loaded at run time wants room in the static TLS block, and the room that the loader keeps for such is used up',
  cure: 'load it earlier: import it first, or `LD_PRELOAD` it; or raise the room: `GLIBC_TUNABLES=glibc.rtld.optional_static_tls=2000000`; or build it with `-ftls-model=global-dynamic`',
  explains: ['memory-limit'],
  references: [
    'https://github.com/opencv/opencv/issues/14884',
    'https://github.com/pytorch/pytorch/issues/2575',
  ],
  examples: [
    'ImportError: /usr/lib/aarch64-linux-gnu/libgomp.so.1: cannot allocate memory in static TLS block',
    'Error relocating /app/lib/libjemalloc.so.2: malloc: initial-exec TLS resolves to dynamic definition in /app/lib/libjemalloc.so.2',
  ],
  lookAlikes: ['cc1plus: fatal error: cannot allocate memory'],
};
