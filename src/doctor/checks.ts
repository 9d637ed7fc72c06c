import type { Check } from './check.ts';
import { disk } from './checks/disk.ts';
import { ids } from './checks/ids.ts';
import { kernel } from './checks/kernel.ts';
import { limits } from './checks/limits.ts';
import { memory } from './checks/memory.ts';
import { namespaces } from './checks/namespaces.ts';
import { overlay } from './checks/overlay.ts';
import { proc } from './checks/proc.ts';
import { seccomp } from './checks/seccomp.ts';
import { store } from './checks/store.ts';
import { tools } from './checks/tools.ts';
import { userns } from './checks/userns.ts';

/** In the order in which people read of them. */
export const checks: readonly Check<unknown>[] = [
  kernel,
  tools,
  userns,
  namespaces,
  proc,
  ids,
  seccomp,
  disk,
  store,
  overlay,
  memory,
  limits,
];
