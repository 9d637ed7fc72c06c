import type { FailureClass } from '../failure-class.ts';

export const muslMissingHeader: FailureClass = {
  class: 'musl-missing-header',
  signs: [
    {
      says: /(?:implicit declaration of function|undeclared function|unknown type name) '?(?<symbol>qsort_r|s?random_r|initstate_r|setstate_r|[delmnj]?rand48_r|fgetpwent_r|fgetgrent_r|gethostent_r|getprotobyn\w+_r|getservbyn\w+_r|scandirat|getdate_r|backtrace|mtrace|muntrace|mcheck|register_printf_\w+|parse_printf_format|strverscmp_l|sigval_t|error_t|__compar_fn_t|comparison_fn_t|obstack_\w+)'/,
      without: /linux-gnu|ubuntu|debian|darwin|mingw|msvc|MacOSX|android|freebsd/,
      sure: 0.74,
    },
    {
      says: /Please port gnulib \w+\.c to your platform|incomplete type '(?:FILE|struct _IO_FILE)'|'struct sigevent'(?: \{aka [^}]*\})? has no member named '_sigev_un'/,
      without: /linux-gnu|ubuntu|darwin|mingw|android|freebsd/,
      sure: 0.76,
    },
    {
      says: /storage size of '\w+' isn't known|has initializer but incomplete type/,
      beside: /\bstruct (?<symbol>(?:stat|statfs|statvfs|dirent|rlimit|flock)64) /,
      within: 2,
      without: /linux-gnu|darwin|freebsd/,
      sure: 0.78,
    },
    {
      says: /redefinition of '(?<symbol>(?:f|fre)?open|openat|creat|lseek|[fl]?stat|fstatat|f?truncate|readdir|scandir|pread|pwrite|mmap|stat(?:v)?fs|mkstemp|fseeko|ftello|sendfile|[gs]etrlimit|p?fallocate|lockf)'/,
      beside:
        /\b(?:(?:f|fre)?open|openat|creat|lseek|[fl]?stat|fstatat|f?truncate|readdir|scandir|pread|pwrite|mmap|statv?fs|mkstemp|fseeko|ftello|sendfile|[gs]etrlimit|p?fallocate|lockf)64 ?\(/,
      within: 3,
      without: /darwin|mingw/,
      sure: 0.82,
      cause:
        'the code defines {symbol} and {symbol}64: in musl they are one function, and before 1.2.4 the second name is a macro for the first',
      cure: 'define the names with 64 for glibc only (`#ifdef __GLIBC__`), or take a version of the package that does',
    },
    {
      says: /(?:unknown type name|cannot find type|error:) '(?<symbol>__(?:u?int(?:8|16|32|64)|off(?:64)?|u?quad|u_quad|caddr|daddr|rlim|ssize|mode)_t)'/,
      without: /darwin|mingw|android|freebsd/,
      sure: 0.8,
    },
    {
      says: /'struct __res_state'(?: \{aka [^}]*\})? has no member named|no member named '\w+' in 'struct __res_state'/,
      without: /darwin|freebsd|android/,
      sure: 0.78,
      cause: "the code looks into the resolver's state as glibc has it, and musl has no such fields",
    },
    {
      says: /no such module 'Glibc'/,
      without: /darwin|macosx/,
      sure: 0.86,
      cause: 'the Swift code imports Glibc, and the system that it is built for has musl',
      cure: 'import what is there: `#if canImport(Glibc)` … `#elseif canImport(Musl)`; take a version of the package that does',
    },
    {
      says: /'(?<symbol>FTW_(?:CONTINUE|STOP|SKIP_\w+|ACTIONRETVAL)|RTLD_DI_\w+)' (?:undeclared|was not declared)|undeclared identifier '(?<symbol2>FTW_(?:CONTINUE|STOP|SKIP_\w+|ACTIONRETVAL)|RTLD_DI_\w+)'/,
      sure: 0.84,
    },
    {
      says: /'(?:struct )?mallinfo2?' has incomplete type|storage size of '\w+' isn't known.{0,20}mallinfo|netinet\/if_ether\.h:\d+:\d+: error: redefinition of 'struct ethhdr'/,
      sure: 0.82,
    },
    {
      says: /cannot find (?:function|value|type|struct)\S*(?: \S+)? '(?<symbol>mallinfo2?|malloc_trim|mallopt|[a-z]\w+64|__rlimit_resource_t|__fsword_t|backtrace\w*|gnu_get_libc_\w+|qsort_r)' in (?:crate|module) '(?:libc|c|ffi|sys)'/,
      without: /darwin|freebsd|windows|android/,
      sure: 0.8,
    },
    {
      says: /'(?<symbol>pthread_\w+_np|cpu_set_t|CPU_\w+|strerror_r)' (?:undeclared|was not declared)|invalid conversion from 'int' to '(?:const )?char ?\*'/,
      beside: /linux-musl|musl-gcc|\balpine\b/,
      sure: 0.72,
    },
    { says: /unknown type name '__(?:BEGIN|END)_DECLS'/, sure: 0.9 },
    {
      says: /error: expected .{1,30} before '?(?:void|typedef|int|char|extern|struct|const|unsigned|enum)\b/,
      beside: /\b(?<symbol>__BEGIN_DECLS|__END_DECLS|__THROW|__nonnull|__P \(\()/,
      within: 3,
      sure: 0.8,
    },
    { says: /\/usr\/include\/fortify\/\w+\.h:\d+:\d+: error: /, sure: 0.75 },
    {
      says: /unknown type name '(?<symbol>u_int(?:8|16|32|64)_t|u_char|u_short|u_int|u_long|rlim64_t|off64_t|error_t)'|conflicting types for '(?<symbol2>basename|strerror_r|ioctl)'/,
      beside: /linux-musl|musl-gcc|\balpine\b|\bmusl\b/,
      sure: 0.82,
    },
    {
      says: /'(?<symbol>off64_t|lseek64|open64|stat64|fopen64|pread64|pwrite64|loff_t|ino64_t|ftruncate64|mmap64)' (?:undeclared|was not declared|does not name a type|not declared)/,
      sure: 0.8,
    },
    {
      says: /fatal error: '?(?<header>execinfo\.h|(?:aliases|fstab|gnu-versions|gshadow|ieee754|stab|ttyent|ustat|_G_config|sys\/(?:debugreg|elf|perm|profil|raw|rseq|single_threaded|ustat|vm86|vtimes|bitypes|pidfd)|rpcsvc\/\w+|net(?:ipx|ax25|ash|rom|rose|econet)\/\w+|protocols\/\w+|nfs\/nfs)\.h|a\.out\.h|error\.h|fts\.h|obstack\.h|argp\.h|sys\/queue\.h|sys\/tree\.h|gnu\/libc-version\.h|gnu\/lib-names\.h|gconv\.h|printf\.h|fpu_control\.h|mcheck\.h|argz\.h|envz\.h|malloc_np\.h|sys\/sysctl\.h|sgtty\.h|thread_db\.h|nss\.h|netiucv\/\S+|libio\.h|re_comp\.h|regexp\.h|xlocale\.h|bits\/\S+_types\.h|sys\/unistd\.h|sys\/gmon\.h|proc_service\.h)'?(?:: No such file| file not found)/,
      sure: 0.93,
    },
    {
      says: /fatal error: '?(?<header>sys\/cdefs\.h|bits\/\w+\.h|gnu\/\w+\.h)'?(?:: No such file| file not found)/,
      beside: /alpine|musl|\bapk\b/,
      sure: 0.9,
    },
    {
      says: /fatal error: '?(?<header>sys\/cdefs\.h)'?(?:: No such file| file not found)/,
      without: /\/usr\/include\/features\.h|-m32|x86_64-linux-gnu/,
      sure: 0.8,
    },
    {
      says: /(?:implicit declaration of function|undefined reference to|undeclared(?: identifier)?|was not declared(?: in this scope)?|not declared|unknown type name|no member named|use of undeclared identifier|undefined symbol:?)[: ]{0,2}'?(?<symbol>backtrace(?:_symbols(?:_fd)?)?|fts_(?:open|read|close|children|set)|argp_\w+|obstack_\w+|_obstack_\w+|error_at_line|gnu_get_libc_version|mallinfo2?|malloc_trim|mallopt|malloc_info|rawmemchr|strverscmp_|canonicalize_file_name|qsort_r_|getcontext|setcontext|makecontext|swapcontext|strndupa|strdupa|off64_t|lseek64|open64|stat64|fstat64|lstat64|fopen64|pread64|pwrite64|ftruncate64|fseeko64|ftello64|mmap64|readdir64|statfs64|statvfs64|ino64_t|loff64_t|__off64_t|comparison_fn_t|__compar_fn_t|__GNU_PREREQ|__GLIBC_PREREQ|__BEGIN_DECLS|__END_DECLS|__THROW|__P|TEMP_FAILURE_RETRY|GLOB_BRACE|GLOB_TILDE|GLOB_ONLYDIR|GLOB_ALTDIRFUNC|FNM_EXTMATCH|ACCESSPERMS|ALLPERMS|DEFFILEMODE|REG_STARTEND|PTHREAD_(?:RECURSIVE|ERRORCHECK|ADAPTIVE)_MUTEX_INITIALIZER_NP|PTHREAD_MUTEX_FAST_NP|RTLD_DI_LINKMAP_|dlmopen|dlvsym|__malloc_hook|__free_hook|pthread_(?:cancel_)?(?:tryjoin|timedjoin|clockjoin|mutexattr_setkind|yield|sigqueue)_?(?:np)?|rpmatch|euidaccess_|getservbyname_r_|res_n\w+|ns_\w+|fgetgrent_r|fgetpwent_r|putgrent|innetgr|ruserok|rcmd|rexec|program_invocation_name_|__nss_\w+|sigisemptyset|sigorset|sigandset|register_printf_\w+|printf_size|parse_printf_format|strfry|memfrob|a64l_|initstate_r|random_r|srandom_r|setstate_r|drand48_r|lrand48_r|hcreate_r_|xdr_\w+|__sched_cpualloc_|u_int(?:8|16|32|64)_t_|__u_char|__u_int|__quad_t|__caddr_t|__ino_t|__rlimit_resource_t|__rusage_who_t|__fsword_t|__timer_t_|__ptrace_request|__WORDSIZE_|_IO_\w+|__isoc99_\w+_|__fdelt_chk)\b/,
      beside: /\balpine\b|musl|\bapk (?:add|update|del|upgrade)|Installing musl-dev/,
      sure: 0.9,
    },
    {
      // What only libc can be meant by.
      says: /(?:implicit declaration of function|undeclared function|unknown type name|incomplete type) '?(?:struct )?(?<symbol>rawmemchr|canonicalize_file_name|fts_(?:open|read|close|children)|argp_parse|backtrace_symbols(?:_fd)?|error_at_line|mallinfo2?|malloc_trim|gnu_get_libc_version|strndupa|strdupa|[fl]?stat64|statfs64|fopen64|open64|lseek64|inet6_option_\w+|res_n(?:init|query|querydomain|search|close|mkquery|send)|pthread_\w+_np)\b/,
      without: /linux-gnu|ubuntu|darwin|mingw|android|freebsd/,
      sure: 0.76,
    },
    {
      says: /'(?<symbol>PTHREAD_(?:\w+_INITIALIZER|MUTEX_(?:ADAPTIVE|FAST|RECURSIVE|ERRORCHECK|TIMED))_NP|M_(?:TRIM_THRESHOLD|MMAP_THRESHOLD|ARENA_MAX|TOP_PAD)|strn?dupa|REG_STARTEND|RTLD_DEEPBIND|TEMP_FAILURE_RETRY|GLOB_(?:BRACE|TILDE|ALTDIRFUNC|ONLYDIR)|FNM_EXTMATCH|ACCESSPERMS|ALLPERMS|comparison_fn_t|__compar_fn_t|_SC_LEVEL\d_\w+|_CS_GNU_LIB\w+_VERSION|__SIGRTM(?:IN|AX)|__WORDSIZE)' (?:undeclared|was not declared|does not name a type)|(?:undeclared identifier|unknown type name) '(?<symbol2>PTHREAD_(?:\w+_INITIALIZER|MUTEX_(?:ADAPTIVE|FAST|RECURSIVE|ERRORCHECK|TIMED))_NP|M_(?:TRIM_THRESHOLD|MMAP_THRESHOLD|ARENA_MAX|TOP_PAD)|strn?dupa|REG_STARTEND|RTLD_DEEPBIND|TEMP_FAILURE_RETRY|GLOB_(?:BRACE|TILDE|ALTDIRFUNC|ONLYDIR)|FNM_EXTMATCH|ACCESSPERMS|ALLPERMS|comparison_fn_t|__compar_fn_t|_SC_LEVEL\d_\w+|_CS_GNU_LIB\w+_VERSION|__SIGRTM(?:IN|AX)|__WORDSIZE)'/,
      without: /darwin|mingw|android|freebsd/,
      sure: 0.8,
    },
    {
      says: /(?:implicit declaration of function|undeclared function) '?(?<symbol>basename|strcasestr|strchrnul|mempcpy|memmem|v?asprintf|qsort_r|secure_getenv|execvpe|gettid|strverscmp|pthread_yield|getopt_long|alloca|strsep|reallocarray|memrchr|ppoll|accept4|pipe2|setresuid|gethostbyname\w*)\b/,
      beside: /linux-musl|musl-gcc|\balpine\b|\bmusl\b/,
      sure: 0.75,
    },
    {
      says: /#warning redirecting incorrect #include/,
      beside: /-Werror|warnings being treated as errors/,
      sure: 0.9,
      cause:
        "a warning of musl's headers is an error by -Werror: a header is included by a name that only glibc has (<sys/signal.h> for <signal.h>)",
      cure: 'include it by its standard name, or leave -Werror out (`-Wno-error=cpp`)',
    },
    {
      says: /(?:undefined reference to|undefined symbol:) '?(?<symbol>TEMP_FAILURE_RETRY|backtrace(?:_symbols(?:_fd)?)?|fts_(?:open|read|close|children)|argp_(?:parse|usage|error|help)|obstack_\w+|_obstack_\w+)'?\b/,
      sure: 0.82,
    },
    {
      says: /(?:unknown type name|undeclared|implicit declaration of function|undefined reference to|was not declared).{0,12}'?(?<symbol>off64_t|lseek64|open64|stat64|fopen64|pread64|pwrite64|ftruncate64|mmap64|loff_t|ino64_t)\b/,
      sure: 0.78,
    },
    {
      says: /(?:requires|needs|only works (?:with|on)|depends on) (?:glibc|the GNU C library|GNU libc)|#error .{0,60}(?:glibc|musl)|musl (?:libc )?is not (?:supported|yet supported)|(?:not supported|unsupported) (?:on|by|with) musl/,
      unless: /2\.\d+|manylinux/,
      sure: 0.75,
    },
    {
      says: /(?:redefinition of|conflicting types for) '?(?:struct |enum )?(?<symbol>ethhdr|in6_addr|sockaddr_in6|ipv6_mreq|prctl_mm_map|sysinfo|iphdr|tcphdr|in6_pktinfo|xt_\w+|timespec|timeval|if_\w+|winsize|termio)\b/,
      beside: /alpine|musl|linux\/\w+\.h/,
      sure: 0.8,
    },
    {
      says: /(?<header>execinfo\.h|fts\.h|obstack\.h|argp\.h|sys\/queue\.h|error\.h)'?:? (?:header )?(?:not found|is missing|missing|required|file not found)/,
      unless: /checking|looking for|-- /,
      sure: 0.82,
    },
  ],
  cause: "the code uses {header|{symbol|a header or function}} of glibc (or BSD), and musl doesn't have it",
  cure: {
    any: 'guard it (`#ifdef __GLIBC__`, a check in configure), take what Alpine packs for it (musl-fts-dev, musl-obstack-dev, argp-standalone, libexecinfo before 3.17, bsd-compat-headers for sys/queue.h, musl-legacy-error), use plain off_t and names without 64; or build for glibc',
  },
  explains: ['dev-package-missing', 'libc-mix-link', 'crt-missing'],
  references: [
    'https://wiki.musl-libc.org/functional-differences-from-glibc.html',
    'https://github.com/h2o/h2o/issues/2328',
  ],
  examples: [
    '/home/axel/h2o/src/httpclient.c:25:10: fatal error: execinfo.h: No such file or directory\n   25 | #include <execinfo.h>',
    "/usr/lib/gcc/x86_64-alpine-linux-musl/13.2.1/../../../../x86_64-alpine-linux-musl/bin/ld: trace.o: in function `dump':\ntrace.c:(.text+0x1c): undefined reference to `backtrace'",
    "apk add build-base\nsrc/io.c:41:3: error: unknown type name 'off64_t'; did you mean 'off_t'?",
  ],
  lookAlikes: [
    'src/app.c:3:10: fatal error: zlib.h: No such file or directory',
    "main.c:10:5: error: implicit declaration of function 'my_helper'",
  ],
};
