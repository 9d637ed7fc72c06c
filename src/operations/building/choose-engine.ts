import { join } from 'node:path';
import { homeOf } from '../../base/home.ts';
import type { Project } from '../../config/project.ts';
import { defaultSocket, readAddress, type Address } from '../../engines/buildkit/address.ts';
import type { BuildKitOptions } from '../../engines/buildkit/engine.ts';
import { createEmbeddedEngine, type EmbeddedOptions } from '../../engines/embedded/engine.ts';
import { emulatedCpus, isForeign, ownCpu } from '../../engines/embedded/foreign-cpus.ts';
import type { Engine } from '../../engines/engine.ts';
import { firstThatCan } from '../../engines/first-that-can.ts';
import type { Builder } from '../../engines/fleet/builder.ts';
import type { Context } from '../../report/context.ts';
import { buildsHereToo, chosenBuilders } from './builders.ts';
import type { EngineChoice } from './engine-choice.ts';

type EngineParts = Pick<EmbeddedOptions, 'store' | 'findStarter'> & { readonly project: Project };

export async function chooseEngine(
  context: Context,
  choice: EngineChoice | undefined,
  parts: EngineParts,
): Promise<Engine> {
  const { env } = context;
  const builders = chosenBuilders(context, choice, parts.project);
  if (builders.length > 0) {
    const [{ createFleetEngine }, { daemonBuilder }] = await Promise.all([
      import('../../engines/fleet/engine.ts'),
      import('../../engines/fleet/builder.ts'),
    ]);
    const { store } = parts;
    const daemons = builders.map((place) => daemonBuilder(place, { store, env }));
    const own = buildsHereToo(choice, builders) ? [thisMachine(createEmbeddedEngine({ ...parts, env }))] : [];
    return createFleetEngine({ builders: [...daemons, ...own], store });
  }
  const daemon = chosenDaemon(context, choice);
  if (daemon === undefined) return createEmbeddedEngine({ ...parts, env });
  const daemonEngine = async (options: typeof daemon) => {
    // Most builds have no use for it, and every module takes its time.
    const { createBuildKitEngine } = await import('../../engines/buildkit/engine.ts');
    return createBuildKitEngine({ ...options, store: parts.store, env });
  };
  if (choice?.name !== 'auto') return daemonEngine(daemon);
  const docker = { address: readAddress('docker://', env), tls: undefined };
  const own = createEmbeddedEngine({ ...parts, env });
  return firstThatCan(own, [() => daemonEngine(daemon), () => daemonEngine(docker)]);
}

function thisMachine(engine: Engine): Builder {
  const foreign = emulatedCpus();
  const native = new Set([ownCpu, ...foreign.filter((cpu) => !isForeign(cpu))]);
  const look = () => Promise.resolve({ native, emulated: new Set(foreign) });
  return { name: 'this machine', isHere: true, engine, look };
}

/** Undefined where none is meant. */
export function chosenDaemon(
  { env }: Pick<Context, 'env'>,
  choice: EngineChoice | undefined,
): Pick<BuildKitOptions, 'address' | 'tls'> | undefined {
  const { name, address } = choice ?? {};
  if (name === 'embedded' || (name === undefined && address === undefined)) return undefined;
  const read = readAddress(address ?? env['BUILDKIT_HOST'] ?? `unix://${defaultSocket}`, env);
  return { address: read, tls: choice?.certificates ?? dockerCertificates(read, env) };
}

/** Where Docker's own client has them. */
function dockerCertificates(address: Address, env: Context['env']): string | undefined {
  const isDocker = address.kind === 'docker' || address.kind === 'docker-container';
  if (!isDocker || address.engine.kind !== 'tcp' || !env['DOCKER_TLS_VERIFY']) return undefined;
  return env['DOCKER_CERT_PATH'] ?? join(homeOf(env), '.docker');
}
