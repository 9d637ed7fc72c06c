import type { FailureClass } from '../failure-class.ts';

export const execBitMissing: FailureClass = {
  class: 'exec-bit-missing',
  signs: [
    {
      says: /'?(?<program>\w+driver)'? executable may have wrong permissions|^permission denied: (?<program2>\.\/\S+)$|OSError: \[Errno 13\] Permission denied: '(?<program3>\.\/[^']+\.(?:sh|py|run))'/,
      sure: 0.86,
    },
    {
      says: /did not complete successfully: exit code: 126\b|returned a non-zero code: 126\b/,
      without: /cannot execute binary|Exec format|noexec/,
      sure: 0.62,
    },
    { says: /^error=13, Permission denied/, beside: /Cannot run program/, within: 2, sure: 0.86 },
    {
      says: /EACCES: permission denied, (?:spawn|exec\w*) '?(?<program>[^' ]+)|(?:posix_spawn|execve?): Permission denied: '?(?<program2>\S+)|^(?:\S+: )?execv[pe]*: Permission denied/,
      unless: /'?\/(?:tmp|dev\/shm)\//,
      sure: 0.86,
    },
    {
      says: /Exec failed, error: 13 \(Permission denied\)|Failed to execute child process '?(?<program>[^' ]+).{0,4}\(Permission denied|[Ff]ailed at step EXEC spawning (?<program2>\S+): Permission denied|exec failed: permission denied/,
      sure: 0.88,
    },
    {
      says: /error occurred trying to start process '(?<program>[^']+)'.{0,200}Permission denied/,
      sure: 0.9,
    },
    {
      says: /(?<program>\/\S+): Permission denied$/,
      beside: /specified task executable '\S+' could not be run|MSB6003/,
      within: 3,
      sure: 0.9,
    },
    {
      says: /unable to spawn '?(?<program>[^' ]+)'?: (?:AccessDenied|PermissionDenied)|failed to spawn build runner \S+: (?:AccessDenied|PermissionDenied)/,
      sure: 0.84,
    },
    {
      says: /PermissionError: \[Errno 13\] Permission denied: '(?<program>[^']*\/bin\/[\w.+-]+)'/,
      beside: /subprocess|_execute_child|Popen/,
      within: 12,
      sure: 0.86,
    },
    {
      says: /spawn(?:Sync)? (?<program>\S+) EACCES/,
      unless: /spawn(?:Sync)? \/(?:tmp|dev\/shm)/,
      sure: 0.88,
    },
    { says: /'execv[pe]*\((?<program>[^,]+), .{1,40}\)': Permission denied/, sure: 0.86 },
    { says: /execute_process .{0,60}: Permission denied/, sure: 0.8 },
    { says: /^zsh: permission denied: (?<program>\S+)$/, sure: 0.86 },
    { says: /exec (?<program>\S+) failed: Permission denied|open executable: Permission denied/, sure: 0.88 },
    {
      says: /PermissionError: \[Errno 13\] Permission denied: '(?<program>[^']*\.(?:sh|run|bash))'/,
      sure: 0.8,
    },
    {
      says: /Cannot run program '(?<program>[^']+)'.{0,200}error=13,/,
      unless: /'\/(?:tmp|var\/tmp|dev\/shm)/,
      sure: 0.88,
    },
    {
      says: /Permission denied: '(?<program>(?:\.\/)?(?:[\w.-]+\/)*(?:configure|gradlew|mvnw|autogen\.sh|bootstrap\.sh|build\.sh|install\.sh))'/,
      sure: 0.84,
    },
    {
      says: /(?:ba|da|a|z)?sh: (?:[^:]{1,12}: )?(?<program>[\w./@+-]+) ?: (?:Keine Berechtigung|Permission non accord|Permiso denegado|Permesso negato|Permissão negada|Brak dostępu|权限不够|許可がありません|Отказано в доступе)/,
      sure: 0.86,
    },
    {
      says: /(?:ba|da|a|z)?sh: (?:(?:line )?\d+: )?(?<program>[\w./@+-]+): Permission denied$/,
      unless:
        /cannot (?:create|open)|can't (?:create|open)|\/(?:tmp|dev\/shm)\/|\.(?:log|txt|json|lock|cache|yaml|yml|o|d|conf)\b/,
      sure: 0.86,
    },
    { says: /exec:? '(?<program>[^']+)': (?:stat \S+: )?permission denied/, unless: /\/tmp\//, sure: 0.92 },
    {
      says: /starting container process caused:? .{0,80}permission denied/,
      unless: /seccomp|mount|apparmor/,
      sure: 0.85,
    },
    { says: /\bexec (?<program>\/\S+|\.\/\S+): permission denied/, unless: /\/tmp\//, sure: 0.88 },
    { says: /\bspawn (?<program>\S+) EACCES/, unless: /spawn \/(?:tmp|dev\/shm)/, sure: 0.88 },
    { says: /make(?:\[\d+\])?: (?:execvp: )?(?<program>[\w./+-]+): Permission denied/, sure: 0.88 },
    { says: /env: (?:can't execute )?'?(?<program>[\w./-]+)'?: Permission denied/, sure: 0.86 },
    {
      says: /(?<program>\.?\/?[\w./-]*(?:gradlew|mvnw|configure|autogen\.sh|bootstrap|install\.sh|entrypoint\.sh|run\.sh|build\.sh|\w+\.sh)): Permission denied/,
      unless: /cannot (?:create|open)|can't (?:create|open)|EACCES|\/tmp\//,
      sure: 0.82,
    },
    {
      says: /(?:line )?\d+: (?<program>\.{0,2}\/[\w./@+-]+): Permission denied$/,
      unless: /\/(?:tmp|dev\/shm)\/|\.(?:log|txt|json|lock|cache|yaml|yml|o|d|conf)\b/,
      sure: 0.82,
    },
    {
      says: /fork\/exec (?<program>\S+): permission denied/,
      unless: /exec \/(?:tmp|var\/tmp|dev\/shm)/,
      sure: 0.85,
    },
    {
      says: /could not execute process '(?<program>[^' ]+)/,
      beside: /Permission denied \(os error 13\)/,
      within: 6,
      unless: /'\/(?:tmp|var\/tmp|dev\/shm)/,
      sure: 0.82,
    },
    {
      says: /(?:not (?:marked |set )?(?:as )?executable|is not executable|(?:no|missing|lacks) (?:the )?exec(?:ute|utable) (?:permission|bit))/,
      unless: /hook was ignored|not found or (?:is )?not executable|checking/,
      sure: 0.8,
    },
    {
      says: /(?:sh|bash): (?<program>\S+): (?:cannot execute|can't execute): Permission denied|: cannot execute: Permission denied/,
      sure: 0.9,
    },
  ],
  cause:
    '{program|the file} has no permission to be executed: it was added from Windows, from a zip or an artifact store, or its mode was never committed',
  cure: '`chmod +x` it before it is run, and in git `git update-index --chmod=+x FILE`; `COPY --chmod=755` in a Dockerfile; or run it by its interpreter (`sh FILE`)',
  candidates: [
    {
      class: 'noexec-mount',
      decides: '`findmnt -T FILE`: where its options have `noexec`, the mode is not what is wrong',
    },
  ],
  references: ['https://docs.docker.com/reference/dockerfile/#copy---chown---chmod'],
  examples: [
    '/bin/sh: 1: ./build.sh: Permission denied',
    'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "/entrypoint.sh": permission denied: unknown',
    'Error: spawn /app/node_modules/esbuild/bin/esbuild EACCES',
    'make: ./configure: Permission denied',
  ],
  lookAlikes: [
    '/bin/sh: 1: cannot create /var/log/x.log: Permission denied',
    'Permission denied (publickey).',
    'go: fork/exec /tmp/go-build2637/b001/exe/gen: permission denied',
  ],
};
