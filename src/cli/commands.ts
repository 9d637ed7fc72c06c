import { auditRoute } from './commands/audit.ts';
import { buildRoute } from './commands/build.ts';
import { cacheRoute } from './commands/cache.ts';
import { ccRoute, cxxRoute } from './commands/compile.ts';
import { doctorRoute } from './commands/doctor.ts';
import { explainRoute } from './commands/explain.ts';
import { graphRoute } from './commands/graph.ts';
import { initRoute } from './commands/init.ts';
import { lockRoute } from './commands/lock.ts';
import { proveRoute } from './commands/prove.ts';
import { rootfsRoute } from './commands/rootfs.ts';
import { sbomRoute } from './commands/sbom.ts';
import { shellRoute } from './commands/shell.ts';
import { sysrootRoute } from './commands/sysroot.ts';

/** In the order in which `--help` tells them. */
export const commands = {
  init: initRoute,
  build: buildRoute,
  prove: proveRoute,
  audit: auditRoute,
  lock: lockRoute,
  shell: shellRoute,
  rootfs: rootfsRoute,
  sysroot: sysrootRoute,
  cc: ccRoute,
  'c++': cxxRoute,
  sbom: sbomRoute,
  graph: graphRoute,
  doctor: doctorRoute,
  explain: explainRoute,
  cache: cacheRoute,
};
