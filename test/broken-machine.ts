/** How a machine is broken in tests. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where groups with a limit of memory are made, in either version of cgroups. */
export function memoryGroups(): { readonly folder: string; readonly limit: string } | undefined {
  const [first, second] = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup'];
  if (existsSync(join(first, 'memory.limit_in_bytes')))
    return { folder: first, limit: 'memory.limit_in_bytes' };
  const controlled = join(second, 'cgroup.subtree_control');
  const isThere = existsSync(controlled) && readFileSync(controlled, 'utf8').includes('memory');
  return isThere ? { folder: second, limit: 'memory.max' } : undefined;
}

/** A library to be loaded before others: as libfaketime does it, the time is so many seconds from what it is. */
export function fakeClock(seconds: number): string {
  return `
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *now) {
  long answer = syscall(SYS_clock_gettime, clock, now);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += ${seconds};
  return answer;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}
time_t time(time_t *place) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (place) *place = exact.tv_sec;
  return exact.tv_sec;
}
`;
}
