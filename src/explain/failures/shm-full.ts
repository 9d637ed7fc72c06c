import type { FailureClass } from '../failure-class.ts';

export const shmFull: FailureClass = {
  class: 'shm-full',
  signs: [
    { says: /\/dev\/shm.*(?:No space left|too small|ENOSPC|out of|insufficient|Bus error|full)/, sure: 0.9 },
    {
      says: /(?:No space left on device|\[Errno 28\]|Bus error).*(?:\/dev\/shm|shared memory|psm_|sem_open|semaphore)/,
      sure: 0.9,
    },
    { says: /(?:sem_open|semaphore|shm_open|shared memory).{0,80}No space left on device/, sure: 0.9 },
    { says: /insufficient shared memory \(shm\)|out of shared memory/, sure: 0.88 },
  ],
  cause:
    'the shared memory file system /dev/shm is full: a container has 64 MB of it unless told otherwise. The disk is not full',
  cure: 'give the container more: `docker run --shm-size=1g`, `docker build --shm-size=1g`; or have the program use /tmp',
  explains: ['disk-full'],
  references: ['https://github.com/pytorch/pytorch/issues/5040'],
  examples: [
    'ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient shared memory (shm).',
    "OSError: [Errno 28] No space left on device: '/psm_3f2a shared memory'",
  ],
  lookAlikes: ['write error: No space left on device'],
};
