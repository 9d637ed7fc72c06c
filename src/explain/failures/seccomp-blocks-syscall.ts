import type { FailureClass } from '../failure-class.ts';

export const seccompBlocksSyscall: FailureClass = {
  class: 'seccomp-blocks-syscall',
  signs: [
    { says: /\bcreat(?:e|ing) (?:\w+ ){0,3}threads?\b.{0,60}: Operation not permitted/, sure: 0.88 },
    { says: /Operation not permitted; class=Os/, sure: 0.85 },
    {
      says: /(?:could not find or read directory|database path): .{0,60}\/var\/lib\/pacman/,
      beside: /failed to initialize alpm library/,
      within: 2,
      sure: 0.86,
    },
    { says: /clock_gettime(?:64)?\S*: Operation not permitted/, sure: 0.9 },
    {
      says: /(?:posix_spawn|\bv?fork|\bclone)\b.{0,20}: Operation not permitted|could not access directory .*: Operation not permitted|mktemp: failed to create .*: Operation not permitted|thread_resource_error.{0,40}Operation not permitted/,
      unless: /namespace|newuidmap/,
      sure: 0.82,
    },
    { says: /type=1326 .*\bsig=31\b/, sure: 0.85 },
    {
      says: /popen failure: (?:Cannot allocate memory|Operation not permitted)/,
      beside: /initdb|postgres/,
      sure: 0.84,
    },
    {
      says: /Can't initialize Background Jobs\..*Operation not permitted|can't create Thread: Operation not permitted|failed to create new OS thread \(have \d+ already; errno=1\)|AH00141: Could not initialize random number generator/,
      sure: 0.92,
    },
    {
      says: /(?:close file descriptors?|spawn child process|child process|close_range).{0,60}\(?Operation not permitted/,
      sure: 0.82,
    },
    {
      says: /what\(\): +filesystem error: (?:status|cannot (?:get|set) \w+|posix_stat): Operation not permitted/,
      sure: 0.88,
    },
    {
      says: /APT::Update::Post-Invoke.{0,40}rm -f/,
      unless: /^#|::=|echo/,
      sure: 0.85,
    },
    { says: /: Cannot utime: Operation not permitted/, sure: 0.85 },
    {
      says: /(?<syscall>statx|faccessat2|clone3|close_range|openat2|fchmodat2)\(.*= -1(?: EPERM.*)?$/,
      beside: /Operation not permitted|EPERM/,
      sure: 0.88,
    },
    { says: /what\(\): +Operation not permitted/, sure: 0.85 },
    {
      says: /adding seccomp filter rule for syscall (?<syscall>\w+)|seccomp filter .*(?:permission denied|Operation not permitted)/,
      sure: 0.9,
    },
    { says: /getaddrinfo\(\) thread failed to start/, sure: 0.95 },
    { says: /^(?:\S*make)(?:\[\d+\])?: (?<program>\S+): Operation not permitted/, sure: 0.92 },
    {
      says: /pthread_create(?:\(\))? ?(?:failed|error)?[^a-z]{0,6}(?:failed)?:? ?(?:Operation not permitted|EPERM)/,
      sure: 0.94,
    },
    {
      says: /(?:pthread_create|uv_thread_create|thread creation|create (?:new )?(?:OS |a )?thread|spawn (?:(?:a|new|worker) )*thread|ThreadPoolBuildError|start(?:ing)? (?:new )?thread).{0,80}(?:Operation not permitted|EPERM|os error 1\b|errno ?=? ?1\b|code: 1,)/,
      sure: 0.92,
    },
    {
      says: /can't start new thread/,
      beside:
        /Operation not permitted|docker|seccomp|glibc|\/pip\/_internal|\/rich\/|\/usr\/local\/lib\/python3/,
      without: /Resource temporarily|pids|max user processes|ulimit/,
      sure: 0.8,
    },
    { says: /Assertion '\(0\) == \(uv_thread_create/, sure: 0.88 },
    { says: /Cannot change mode to \S+: Operation not permitted/, sure: 0.88 },
    {
      says: /(?<syscall>faccessat2|fchmodat2|clone3|statx|close_range|openat2|io_uring_\w+|rseq|pidfd_\w+|getrandom|memfd_create|copy_file_range|clock_gettime64|futex_time64|ptrace|personality|keyctl|mbind|set_mempolicy|get_mempolicy|perf_event_open|userfaultfd|membarrier|epoll_pwait2|mount_setattr|landlock_\w+)\b.{0,60}(?:Operation not permitted|EPERM\b|os error 1\b)/,
      unless: /unshare|newuidmap|namespace/,
      sure: 0.88,
    },
    { says: /\bBad system call\b|\bSIGSYS\b/, sure: 0.85 },
    {
      says: /seccomp.{0,60}(?:blocked|block(?:s|ing)|denied|denies|rejected|violation|refused|does ?n[o']t allow|prevents)/,
      unless: /unsupported|is not supported/,
      sure: 0.8,
    },
    {
      says: /(?:ls|stat|find|cp|mv|cat|rm|du|test|\[): .*: Operation not permitted/,
      unless:
        /preserv|ownership|permissions of|hard ?link|timestamp|remove|unlink|cannot create|not removed|cannot move|chattr/,
      sure: 0.7,
    },
    { says: /rm: (?:fts_read failed|traversal failed): ?.{0,40}Operation not permitted/, sure: 0.88 },
    {
      says: /(?:sleep|date|touch): cannot (?:read realtime clock|get time).{0,20}Operation not permitted/,
      sure: 0.93,
    },
    {
      says: /can't initialize time|init_?(?:interp_main|fs_encoding|import_site|sys_streams)?.{0,40}PermissionError: \[Errno 1\] Operation not permitted/,
      sure: 0.9,
    },
    {
      says: /PTRACE_(?:TRACEME|SEIZE|ATTACH)\S*: Operation not permitted|ptrace.{0,20}: Operation not permitted|Could not trace the inferior process/,
      sure: 0.8,
    },
    { says: /disabling address space randomization: Operation not permitted/, sure: 0.8 },
    {
      says: /(?:configure|checking|config\.guess|config\.sub|install-sh|\/bin\/sh|env|bash|sh): .{0,60}Operation not permitted$/,
      unless: /preserv|ownership|chown|chmod|ulimit|mount|setrlimit|cannot (?:set|remove|create)|nice|renice/,
      sure: 0.78,
    },
    {
      says: /(?:crun|runc|conmon).*(?:open executable|close exec fds|close_range|openat2).{0,40}: ?Operation not permitted/,
      sure: 0.92,
    },
    { says: /\b(?:io_uring\w*|uring).{0,60}(?:Operation not permitted|EPERM)/, sure: 0.88 },
    {
      says: /failed to (?:create|spawn|start) thread: .{0,60}(?:Operation not permitted|code: 1, kind: PermissionDenied)/,
      sure: 0.93,
    },
  ],
  cause:
    'a system call that newer programs use ({syscall|faccessat2, clone3, statx, fchmodat2 …}) is answered "not permitted" by the seccomp profile of an old Docker or libseccomp on the host, in place of "not there", so the program can\'t fall back',
  cure: 'update Docker (20.10.10 or newer), runc and libseccomp (2.5 or newer) on the host; to be sure, run once with `--security-opt seccomp=unconfined`. File modes and owners have nothing to do with it',
  asks: ['seccomp', 'engine-calls'],
  explains: [
    'process-limit',
    'apt-signature',
    'dns-failure',
    'tool-missing',
    'permission-denied',
    'oom-kill',
    'cpu-isa-too-old',
  ],
  candidates: [
    {
      class: 'userns-denied',
      decides:
        "where the failing call makes a namespace or a mount, it is the kernel's switch for user namespaces, or a missing privilege",
    },
  ],
  references: [
    'https://github.com/moby/moby/issues/42680',
    'https://github.com/alpinelinux/docker-alpine/issues/182',
    'https://github.com/docker/docker-ce-packaging/issues/1013',
  ],
  examples: [
    'curl: (6) getaddrinfo() thread failed to start',
    'make: /bin/sh: Operation not permitted\nmake: *** [Makefile:2: one] Error 127',
    'tar: docker: Cannot change mode to rwxrwxr-x: Operation not permitted\ntar: Exiting with failure status due to previous errors',
    'runtime/cgo: pthread_create failed: Operation not permitted',
  ],
  lookAlikes: [
    'tar: docker: Cannot change ownership to uid 1000, gid 1000: Operation not permitted',
    "chown: changing ownership of '/data': Operation not permitted",
    'unshare: unshare failed: Operation not permitted',
    'runtime/cgo: pthread_create failed: Resource temporarily unavailable',
  ],
};
