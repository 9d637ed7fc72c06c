import { defaultSocket, readAddress } from '../engines/buildkit/address.ts';
import { createBuildKitEngine } from '../engines/buildkit/engine.ts';
import { createEmbeddedEngine, type EmbeddedOptions } from '../engines/embedded/engine.ts';
import type { Engine } from '../engines/engine.ts';
import type { Context } from '../report/context.ts';

export interface EngineChoice {
  readonly name: 'embedded' | 'buildkit' | undefined;
  /** Where the daemon is; it says by itself that one is meant. */
  readonly address: string | undefined;
}

type EngineParts = Pick<EmbeddedOptions, 'store' | 'findStarter'>;

export function chooseEngine({ env }: Context, choice: EngineChoice | undefined, parts: EngineParts): Engine {
  const { name, address } = choice ?? {};
  if (name === 'embedded' || (name === undefined && address === undefined)) {
    return createEmbeddedEngine({ ...parts, env });
  }
  const written = address ?? env['BUILDKIT_HOST'] ?? `unix://${defaultSocket}`;
  return createBuildKitEngine({ address: readAddress(written, env), store: parts.store, env });
}
