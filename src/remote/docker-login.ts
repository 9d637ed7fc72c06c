/**
 * As whom Docker or Podman of this user ask a registry: from `config.json` and `auth.json`, or from the helper program that
 * these name, which keeps the secret itself.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Env } from '../base/env.ts';
import { homeOf } from '../base/home.ts';
import { jsonIfAny } from '../base/if-any.ts';
import { loginName } from './image-reference.ts';

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

export interface DockerLogin {
  readonly user: string;
  readonly password: string;
}

/** Undefined where the user has not logged in. */
export async function dockerLogin(registry: string, env: Env): Promise<DockerLogin | undefined> {
  const home = homeOf(env);
  const runtime = env['XDG_RUNTIME_DIR'];
  const files = [
    ...(env['REGISTRY_AUTH_FILE'] === undefined ? [] : [env['REGISTRY_AUTH_FILE']]),
    join(env['DOCKER_CONFIG'] ?? join(home, '.docker'), 'config.json'),
    ...(runtime === undefined ? [] : [join(runtime, 'containers/auth.json')]),
  ];
  for (const file of files) {
    const found = await loginIn(jsonIfAny(file) ?? {}, loginName(registry), env);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function loginIn(config: DockerConfig, name: string, env: Env): Promise<DockerLogin | undefined> {
  const helper = config.credHelpers?.[name] ?? config.credsStore;
  if (helper !== undefined && /^[\w.-]+$/.test(helper)) {
    const found = await askHelper(`docker-credential-${helper}`, name, env);
    if (found !== undefined) return found;
  }
  const auth = config.auths?.[name]?.auth ?? config.auths?.[`https://${name}`]?.auth;
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth ?? '', 'base64').toString('utf8')) ?? [];
  return user === undefined ? undefined : { user, password: password! };
}

/** Its protocol: the name on standard input, JSON on standard output. One that fails knows of no login. */
async function askHelper(program: string, name: string, env: Env): Promise<DockerLogin | undefined> {
  try {
    const child = spawn(program, ['get'], {
      env: { ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: 20_000,
    });
    const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
    child.stdin.on('error', () => {});
    child.stdin.end(name);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    await Promise.race([once(child, 'close'), failed]);
    const { Username: user, Secret: password } = JSON.parse(text) as { Username?: string; Secret?: string };
    // A token in place of a password has another protocol, which no registry asks of everyone.
    return user === undefined || password === undefined || user === '<token>'
      ? undefined
      : { user, password };
  } catch {
    return undefined;
  }
}
