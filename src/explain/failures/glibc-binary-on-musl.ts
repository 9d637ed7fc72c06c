import type { FailureClass } from '../failure-class.ts';

export const glibcBinaryOnMusl: FailureClass = {
  class: 'glibc-binary-on-musl',
  signs: [
    { says: /'linux-\w+' binaries cannot be used on the 'linuxmusl-\w+' platform/, sure: 0.95 },
    {
      says: /Error relocating (?<file>[^ :]+): (?<symbol>__\w+_chk|__isoc\w+|__res_\w+|gnu_get_libc_version|__register_atfork|__sched_\w+|__libc_\w+|__gmon_start__|__strdup|__rawmemchr|__strtok_r|__ctype_\w+|backtrace\w*|mallinfo2?|malloc_trim|fcntl64|f?stat64|__fxstat\w*|__xstat\w*|__lxstat\w*|__xmknod\w*|mallopt|canonicalize_file_name|malloc_(?:info|trim)|mallinfo2?|error_at_line|fe(?:dis|en)ableexcept|rawmemchr|getaddrinfo_a|strfrom\w+|envz_\w+|argz_\w+|mtrace|qecvt\w*|__printf_fp|__iconv\w*|__sysconf|__poll|__open64|pthread_(?:attr_setaffinity|getattr_default|setname64|mutexattr_\w+|rwlockattr_\w+|yield|tryjoin|timedjoin)_np|\w+64|makecontext|getcontext|setcontext|swapcontext|dlmopen|dlvsym|__errno_location_|__memcpy\w*|_dl_\w+|__cxa_thread_atexit_impl|__\w+_finite|strtod_l|strtof_l|__strto\w+|obstack_\w+|argp_\w+|fts_\w+|error|initstate_r|random_r|srandom_r|__longjmp\w*|__vdso\w*|initgroups_|__newlocale|__uselocale|__duplocale|rpmatch|parse_printf_format|getcontext|res_n\w+|ns_\w+|qsort_r_): symbol not found/,
      unless: /lib(?:gcompat|musl)|: __\w*time64\w*: /,
      sure: 0.94,
    },
    {
      says: /\bError loading shared library (?<file>ld-linux[^ :]*|libc\.so\.6|libresolv\.so\.2|libnsl\.so\.1|libmvec\.so\.1|lib(?:pthread|m|dl|rt|util|crypt)\.so\.\d|libnss_\w+\.so\.2|libBrokenLocale\S*|libanl\S*)/,
      sure: 0.96,
    },
    {
      says: /\b(?<symbol>gnu_get_libc_version|__res_init|__\w+_chk|__register_atfork): symbol not found/,
      sure: 0.94,
    },
    {
      says: /(?:libc\.so\.6|ld-linux-\S+|libresolv\.so\.2): (?:cannot open shared object file: )?No such file or directory/,
      beside: /\bapk (?:add|upgrade|update)|\balpine\b|ld-musl|linux-musl|\bmusl\b/,
      sure: 0.85,
    },
    {
      says: /(?:ImportError|OSError|Error): .{0,20}ld-linux-[\w-]+\.so\.\d: cannot open shared object file/,
      sure: 0.75,
    },
    {
      says: /(?:glibc|gnu).{0,40}(?:binary|build|prebuil[td]|addon|executable).{0,60}\b(?:on|under) (?:a )?(?:musl|alpine)/,
      sure: 0.6,
      soft: true,
    },
    {
      says: /\/ld-musl-[\w-]+\.so\.1: (?<file>[^ :]+): (?:Not a valid dynamic program|Exec format error|cannot load)/,
      sure: 0.5,
    },
  ],
  cause:
    'a program or library built for glibc was loaded on a musl system: {symbol|its loader} is not there. libc6-compat and gcompat fill in only some of it',
  cure: 'take or make the musl build (npm `libc: ["musl"]`, a musllinux wheel, a static program), or use a glibc image: Debian or Wolfi',
  explains: [
    'runtime-lib-missing',
    'npm-optional-dep-missing',
    'musl-too-old',
    'interp-missing',
    'tool-missing',
    'versioned-symbol-runtime',
  ],
  references: [
    'https://github.com/nodejs/node/issues/10081',
    'https://github.com/orhun/git-cliff/issues/1034',
  ],
  examples: [
    'Error: Error relocating /root/.npm/@corbinu/couchbase/2.2.4/package/build/Release/couchbase_impl.node: __strncpy_chk: symbol not found',
    'Error relocating ./node_modules/git-cliff-linux-x64/bin/git-cliff: gnu_get_libc_version: symbol not found',
    'Error: Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /app/node_modules/grpc/src/node/grpc_node.node)',
  ],
  lookAlikes: [
    'Error relocating /usr/lib/libfoo.so: foo_init_v2: symbol not found',
    'Error relocating /usr/bin/app: qsort_r: symbol not found',
  ],
};
