import type { Check } from './check.ts';
import { binfmt } from './checks/binfmt.ts';
import { buildkit } from './checks/buildkit.ts';
import { caches } from './checks/caches.ts';
import { trustedCertificates } from './checks/certificates.ts';
import { clock } from './checks/clock.ts';
import { config } from './checks/config.ts';
import { disk } from './checks/disk.ts';
import { dns } from './checks/dns.ts';
import { emulated } from './checks/emulated.ts';
import { endsOfReleases } from './checks/end-of-life.ts';
import { engineCalls } from './checks/engine-calls.ts';
import { engineInside } from './checks/engine-inside.ts';
import { engine } from './checks/engine.ts';
import { ids } from './checks/ids.ts';
import { kernel } from './checks/kernel.ts';
import { limits } from './checks/limits.ts';
import { lock } from './checks/lock.ts';
import { memory } from './checks/memory.ts';
import { mirrors } from './checks/mirrors.ts';
import { namespaces } from './checks/namespaces.ts';
import { overlay } from './checks/overlay.ts';
import { packages } from './checks/packages.ts';
import { pins } from './checks/pins.ts';
import { proc } from './checks/proc.ts';
import { promises } from './checks/promises.ts';
import { proxy } from './checks/proxy.ts';
import { seccomp } from './checks/seccomp.ts';
import { stepCertificates } from './checks/step-certificates.ts';
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
  dns,
  proxy,
  clock,
  trustedCertificates,
  mirrors,
  buildkit,
  engine,
  engineCalls,
  engineInside,
  emulated,
  config,
  lock,
  packages,
  promises,
  endsOfReleases,
  caches,
  pins,
  stepCertificates,
];
