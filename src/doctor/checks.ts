import type { Check } from './check.ts';
import { binfmt } from './checks/binfmt.ts';
import { disk } from './checks/disk.ts';
import { engineCalls } from './checks/engine-calls.ts';
import { engineInside } from './checks/engine-inside.ts';
import { engine } from './checks/engine.ts';
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
  binfmt,
  disk,
  store,
  overlay,
  memory,
  limits,
  engine,
  engineCalls,
  engineInside,
];
