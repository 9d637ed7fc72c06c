import { join } from 'node:path';
import { defaultSocket, readAddress, type Address } from '../engines/buildkit/address.ts';
import { createBuildKitEngine } from '../engines/buildkit/engine.ts';
import { createEmbeddedEngine, type EmbeddedOptions } from '../engines/embedded/engine.ts';
import type { Engine } from '../engines/engine.ts';
import type { Context } from '../report/context.ts';

export interface EngineChoice {
  readonly name: 'embedded' | 'buildkit' | undefined;
  /** Where the daemon is; it says by itself that one is meant. */
  readonly address: string | undefined;
  /** A folder with `ca.pem`, `cert.pem` and `key.pem`. */
  readonly certificates: string | undefined;
}

type EngineParts = Pick<EmbeddedOptions, 'store' | 'findStarter'>;

export function chooseEngine({ env }: Context, choice: EngineChoice | undefined, parts: EngineParts): Engine {
  const { name, address } = choice ?? {};
  if (name === 'embedded' || (name === undefined && address === undefined)) {
    return createEmbeddedEngine({ ...parts, env });
  }
  const written = address ?? env['BUILDKIT_HOST'] ?? `unix://${defaultSocket}`;
  const read = readAddress(written, env);
  const tls = choice?.certificates ?? dockerCertificates(read, env);
  return createBuildKitEngine({ address: read, tls, store: parts.store, env });
}

/** Where Docker's own client has them. */
function dockerCertificates(address: Address, env: Context['env']): string | undefined {
  const isDocker = address.kind === 'docker' || address.kind === 'docker-container';
  if (!isDocker || address.engine.kind !== 'tcp' || !env['DOCKER_TLS_VERIFY']) return undefined;
  return env['DOCKER_CERT_PATH'] ?? join(env['HOME'] ?? '/', '.docker');
}
