import type { FailureClass } from '../failure-class.ts';

export const muslTooOld: FailureClass = {
  class: 'musl-too-old',
  signs: [
    { says: /undefined reference to '(?<symbol>qsort_r|_Fork)'/, sure: 0.78 },
    {
      says: /Error relocating (?<file>[^ :]+): (?<symbol>__(?:time|difftime|clock_gettime|gmtime|localtime|mktime|ctime|gmtime_r|localtime_r|dlsym_time|\w+_time)64(?:_r)?): symbol not found/,
      sure: 0.94,
    },
    {
      says: /Error relocating (?<file>[^ :]+): (?<symbol>qsort_r|gettid|reallocarray|_Fork|pthread_getname_np|statx|preadv2|pwritev2|getentropy|copy_file_range|memfd_create|secure_getenv|explicit_bzero|getrandom|strlcpy|strlcat|timespec_get|renameat2?|pthread_(?:g|s)etconcurrency|tcgetwinsize|tcsetwinsize|aligned_alloc|close_range|posix_getdents|posix_spawn_file_actions_addchdir_np|fallocate|name_to_handle_at|__\w+_time64|mlock2|thrd_\w+|getdents|membarrier): symbol not found/,
      sure: 0.92,
    },
    {
      says: /(?:undefined reference to|undefined symbol:) '?(?<symbol>qsort_r|_Fork|preadv2|pwritev2|statx|gettid|reallocarray)\b/,
      beside: /linux-musl|\balpine\b|\bmusl\b/,
      sure: 0.85,
    },
    { says: /(?:requires?|needs?) musl(?: libc)?.{0,6} ?(?:>=? ?)?(?<need>1\.2\.\d)/, sure: 0.8 },
    { says: /musl (?:libc )?(?:version )?[\d.]+ is too old/, sure: 0.85 },
  ],
  cause: 'it was built against a newer musl than the one here: `{symbol|a symbol}` is not in this musl yet',
  cure: 'run it on a newer Alpine, or build it on the oldest one it shall run on (qsort_r came with Alpine 3.16, statx and preadv2 with 3.20)',
  explains: ['versioned-symbol-runtime'],
  references: ['https://git.musl-libc.org/cgit/musl/tree/WHATSNEW'],
  examples: [
    'Error relocating /usr/bin/app: qsort_r: symbol not found',
    'Error: Error relocating /app/node_modules/@img/sharp-linuxmusl-x64/lib/libvips-cpp.so.42: statx: symbol not found',
  ],
  lookAlikes: ['Error relocating /usr/lib/libfoo.so: __memcpy_chk: symbol not found'],
};
