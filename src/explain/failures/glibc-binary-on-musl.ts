import type { FailureClass } from '../failure-class.ts';

export const glibcBinaryOnMusl: FailureClass = {
  class: 'glibc-binary-on-musl',
  signs: [
    {
      says: /^(?<symbol>(?:posix_fallocate|fallocate|fcntl|open|openat|lseek|stat|fstat|lstat|mmap|pread|pwrite|preadv|pwritev|ftruncate|truncate|readdir|fopen|fseeko|ftello|statvfs|getrlimit|setrlimit|sendfile)64(?:v2)?|__\w+_chk): symbol not found$/,
      sure: 0.9,
    },
    {
      says: /Error relocating(?: (?<file>[^ :]+))?: (?<symbol>__(?:isnan|isinf|finite|signbit|fpclassify)[fl]?|__strdup|__strndup): symbol not found/,
      sure: 0.92,
    },
    {
      says: /(?:looking for|expected|Missing binding|no binding for|need) .{0,60}\blinux[_-]?musl[_-]\w+/,
      beside:
        /(?:found|Found|available|bindings? for)\b.{0,60}\blinux-(?:x64|arm64|glibc)|Linux 64-bit with|-glibc\b/,
      within: 5,
      sure: 0.84,
    },
    { says: /^Found: \[.*linux-\w+-glibc/, beside: /Expected directory: .*musl/, within: 3, sure: 0.93 },
    {
      // Names of glibc's own; libstdc++, libgcc, the sanitizers and others begin so too.
      says: /Error relocating (?<file>[^ :]+): (?<symbol>__[a-z]\w*): symbol not found/,
      unless:
        /: __(?:gxx|cxa|cxx|kmpc|tgt|gmp|emutls|atomic|\w*san_|u?div|u?mod|mul|fix|float|powi|dynamic_cast|dso_handle|cpu_|pyx|stack_chk|progname|tls_get|\w*time64)/,
      sure: 0.86,
    },
    {
      says: /Error relocating (?<file>[^ :]+): (?<symbol>_(?:IO|dl|nl|nss|res|obstack|itoa)\w*|\w+f(?:32|64|128)x?(?:_\w+)?|arc4random\w*|closefrom|canonicalize[fl]?|gnu_dev_\w+|cfree|errno|isinf[fl]?|isnan[fl]?|finitel?|roundeven\w*|pthread_(?:yield|sigqueue|mutex_consistent_np|mutexattr_[gs]et\w+_np|\w+clock\w*|attr_\w+_np)|sem_clockwait|(?:str|wcs)to\w+_l|fget(?:pw|gr|sp)ent_r|get(?:pw|gr|sp|host|net|proto|serv|rpc|alias)ent_r|getproto\w+_r|getnet\w+_r|\w*netgrent\w*|on_exit|pvalloc|malloc_stats|mcheck\w*|muntrace|_?mcount|monstartup|sys_(?:errlist|nerr|siglist)|sysctl|tgkill|pidfd_\w+|pkey_\w+|fs(?:config|mount|open|pick)|open_tree|move_mount|mount_setattr|execveat|epoll_pwait2|svc\w+|clnt\w+|registerrpc|pmap_\w+|re_(?:search|match|comp|exec|compile\w+|set_\w+|syntax_options)(?:_2)?|i?ruserok\w*|rcmd\w*|rexec\w*|scandirat|sig(?:abbrev|descr)_np|strerror(?:name|desc)_np|[delmns]?[rej]?rand48_r|seed48_r|lcong48_r|setstate_r|error_\w+|[ef]cvt_r|qfcvt\w*|getdate_r|getrpc\w+|sig(?:getmask|block|setmask|vec)|tmpnam_r|wcschrnul|wmempcpy|gnu_get_libc_release|get_kernel_syms|llseek|login|logout|logwtmp): symbol not found/,
      sure: 0.92,
    },
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
