import type { FailureClass } from '../failure-class.ts';

export const processLimit: FailureClass = {
  class: 'process-limit',
  signs: [
    { says: /Resource temporarily unavailable \(os error 11\)/, unless: /lock/, sure: 0.75 },
    {
      says: /(?:fork|clone|vfork|posix_spawn|pthread_create|spawn|newosproc|thread)\S*.{0,80}Resource temporarily unavailable/,
      sure: 0.92,
    },
    {
      says: /Resource temporarily unavailable.{0,60}(?:fork|thread|process)|failed to create new OS thread \(have \d+ already; errno=11\)|can't start new thread|may need to increase max user processes|unable to create (?:new )?native thread/,
      unless: /Operation not permitted/,
      sure: 0.86,
    },
    {
      says: /(?:spawn|fork)\S* .{0,80}EAGAIN|(?:Cannot|can't|could not) fork|failed to spawn .{0,60}WouldBlock|os error 11\).{0,60}thread/,
      unless: /memory/,
      sure: 0.85,
    },
    {
      says: /pids\.max|pids? (?:cgroup )?limit (?:reached|exceeded)|fork rejected by pids controller/,
      sure: 0.9,
    },
  ],
  cause:
    "no more processes or threads may be made: the user's limit (`ulimit -u`), the container's (`--pids-limit`), or the kernel's",
  cure: 'raise it: `docker run --pids-limit=-1 --ulimit nproc=65536`, `TasksMax=` of the service; or fewer jobs at once',
  asks: ['limits'],
  explains: ['memory-limit'],
  candidates: [
    {
      class: 'seccomp-blocks-syscall',
      decides: 'where the first thread already fails, it is no limit: clone3 is refused',
    },
  ],
  references: ['https://github.com/docker/for-linux/issues/654'],
  examples: [
    'bash: fork: retry: Resource temporarily unavailable',
    'runtime/cgo: pthread_create failed: Resource temporarily unavailable',
    'OpenBLAS blas_thread_init: pthread_create failed for thread 5 of 64: Resource temporarily unavailable',
  ],
  lookAlikes: [
    'E: Could not get lock /var/lib/dpkg/lock-frontend - open (11: Resource temporarily unavailable)',
  ],
};
