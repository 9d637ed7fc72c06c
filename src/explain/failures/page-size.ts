import type { FailureClass } from '../failure-class.ts';

export const pageSize: FailureClass = {
  class: 'page-size',
  signs: [
    { says: /Unsupported system page size/, sure: 0.95 },
    {
      says: /ELF load command (?:address\/offset|alignment) not (?:properly aligned|page-aligned)/,
      sure: 0.93,
    },
    {
      says: /(?:page size|pagesize).{0,60}(?:16384|65536|16 ?k|64 ?k).{0,60}(?:not supported|unsupported|mismatch)/,
      sure: 0.8,
    },
  ],
  cause:
    "the program was built for memory pages of 4 KiB, and this kernel's pages are larger (16 or 64 KiB on some arm64 machines)",
  cure: 'build it for larger pages (`-Wl,-z,max-page-size=65536`, jemalloc `--with-lg-page=16`), take a build that was, or boot a kernel of 4 KiB pages',
  references: ['https://github.com/jemalloc/jemalloc/issues/467'],
  examples: [
    '<jemalloc>: Unsupported system page size',
    'error while loading shared libraries: libfoo.so: ELF load command alignment not page-aligned',
  ],
  lookAlikes: ['checking system page size... 4096'],
};
