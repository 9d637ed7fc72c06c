import type { Context } from '../../report/context.ts';
import type { Store } from '../../store/store.ts';
import type { Address } from '../buildkit/address.ts';
import { createBuildKitEngine } from '../buildkit/engine.ts';
import { daemonCpus } from '../buildkit/inspect.ts';
import type { Engine } from '../engine.ts';

/** One of the machines that share a build. */
export interface Builder {
  /** As the user wrote it. */
  readonly name: string;
  readonly engine: Engine;
  /** It is this machine, which does what no other has the CPU for. */
  readonly isHere: boolean;
  /** What it runs. Throws `Failure` where it doesn't answer. */
  look(signal: AbortSignal): Promise<BuilderCpus>;
}

/** As OCI calls them, without variants. */
export interface BuilderCpus {
  readonly native: ReadonlySet<string>;
  /** By an emulator of its own. */
  readonly emulated: ReadonlySet<string>;
}

export interface DaemonPlace {
  readonly name: string;
  readonly address: Address;
  readonly tls: string | undefined;
  /** The CPU that the user says it has; undefined to ask the daemon. */
  readonly cpu: string | undefined;
}

export function daemonBuilder(
  { name, address, tls, cpu }: DaemonPlace,
  { store, env }: { readonly store: Store; readonly env: Context['env'] },
): Builder {
  return {
    name,
    isHere: false,
    engine: createBuildKitEngine({ address, tls, store, env }),
    async look(signal) {
      // It names its own first.
      const [own, ...others] = await daemonCpus({ address, tls, env, signal });
      const native = cpu ?? own;
      const also = alsoRuns[native ?? ''] ?? [];
      return {
        native: new Set([native ?? [], others.filter((other) => also.includes(other))].flat()),
        emulated: new Set([own ?? [], others].flat()),
      };
    },
  };
}

/** Where the daemon says so, a CPU needs no emulator for these. */
const alsoRuns: Readonly<Record<string, readonly string[]>> = { amd64: ['386'], arm64: ['arm'] };
