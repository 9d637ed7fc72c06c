import type { FailureClass } from '../failure-class.ts';

export const noexecMount: FailureClass = {
  class: 'noexec-mount',
  signs: [
    {
      says: /\.\/(?<program>configure|config|bootstrap): Permission denied/,
      beside: /^(?:\/var)?\/tmp\/(?:ruby|python|node|php|perl)-build/,
      within: 4,
      sure: 0.88,
    },
    {
      says: /Error loading shared library \/(?:tmp|var\/tmp|dev\/shm)\/\S+: Operation not permitted/,
      sure: 0.85,
    },
    { says: /unable to execute .{0,40}script \(\/var\/lib\/dpkg\/\S+\): Permission denied/, sure: 0.88 },
    {
      says: /could not execute process '\/(?:tmp|var\/tmp|dev\/shm)\/\S*build-script-build' \(never executed\)/,
      without: /No such file or directory|Exec format error|Text file busy|os error 26/,
      sure: 0.74,
    },
    { says: /Could not invoke sanity test executable: .{0,12}Permission denied/, sure: 0.85 },
    {
      says: /(?:exec\w*(?:\(\))?|execute|execve|Can't exec|exec of).{0,40}'?(?<program>\/(?:tmp|var\/tmp|dev\/shm)\/[^ ':]+).*Permission denied/,
      sure: 0.88,
    },
    {
      says: /(?<program>\/(?:tmp|var\/tmp|dev\/shm)\/[^ ':]+): \S+: bad interpreter: Permission denied/,
      sure: 0.92,
    },
    { says: /bad interpreter: Permission denied/, sure: 0.85 },
    {
      says: /failed to map segment from shared object(?:: (?:Operation not permitted|Permission denied))?/,
      unless: /Cannot allocate memory/,
      sure: 0.9,
    },
    { says: /\bnoexec\b/, unless: /noexecstack|checking/, sure: 0.82 },
    {
      says: /(?:fork\/exec|exec:?) '?(?<program>\/(?:tmp|var\/tmp|dev\/shm|run|home\/\w+\/\.?tmp)\/\S+)'?: permission denied/,
      sure: 0.9,
    },
    {
      says: /(?<program>\/(?:tmp|var\/tmp|dev\/shm)\/\S+): (?:cannot execute: )?Permission denied/,
      unless:
        /cannot (?:create|open|remove|stat|touch|access|write|make)|mkdir|open |unlink|write|touch|rm:|cp:|ln:|mv:|tee:|rmdir|EACCES: permission denied, (?:open|mkdir|unlink|scandir|rename|copyfile|stat)|can't (?:create|open)/,
      sure: 0.75,
    },
    {
      says: /could not execute process '(?<program>\/(?:tmp|var\/tmp|dev\/shm)\S*).*/,
      beside: /Permission denied \(os error 13\)/,
      within: 6,
      sure: 0.9,
    },
    {
      says: /(?:\[Errno 13\]|PermissionError).{0,40}Permission denied: '(?<program>\/(?:tmp|dev\/shm|var\/tmp)\/[^']*(?:configure|bin\/\w+|\.sh|a\.out|conftest|pip-build-env\/[^']*\/bin\/[^']*))'/,
      sure: 0.8,
    },
    { says: /spawn (?<program>\/(?:tmp|dev\/shm|var\/tmp)\/\S+) EACCES/, sure: 0.88 },
    { says: /UnsatisfiedLinkError.*(?:failed to map segment|Operation not permitted)/, sure: 0.9 },
  ],
  cause:
    'the file system of {program|the program} is mounted noexec: nothing on it may be run or mapped as code, whatever its mode says',
  cure: 'have it built and run elsewhere: set TMPDIR (GOTMPDIR, CARGO_TARGET_DIR, JAVA_TOOL_OPTIONS=-Djava.io.tmpdir) to a folder that may execute, or mount with `exec` (`--tmpfs /tmp:exec`)',
  explains: ['exec-bit-missing', 'permission-denied'],
  references: [
    'https://pkg.go.dev/cmd/go#hdr-Environment_variables',
    'https://github.com/netty/netty/issues/10776',
  ],
  examples: [
    'go: fork/exec /tmp/go-build2637/b001/exe/gen: permission denied',
    'ImportError: /tmp/_MEI1AbCd/libz.so.1: failed to map segment from shared object',
    'bash: /tmp/installer/run: Permission denied\n$ mount | grep /tmp\ntmpfs on /tmp type tmpfs (rw,nosuid,nodev,noexec,relatime)',
  ],
  lookAlikes: [
    '/bin/sh: 1: ./build.sh: Permission denied',
    "mkdir: cannot create directory '/tmp/x': Permission denied",
  ],
};
