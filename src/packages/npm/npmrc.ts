/**
 * Which registry npm would ask on this machine, and as whom: its variables, then `.npmrc` of the project, of the user and of
 * the machine. Where none of them says, npm itself is asked, once: it knows the registry that it was made with.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Env } from '../../base/env.ts';
import { homeOf } from '../../base/home.ts';
import { textIfAny } from '../../base/if-any.ts';
import { basicAuthorization } from '../../remote/basic-authorization.ts';
import { Failure } from '../../report/failure.ts';

export interface NpmConfiguration {
  /** Without a slash at the end. */
  readonly registryOf: (name: string) => string;
  /** What to send to addresses that start so. */
  readonly authorizations: ReadonlyMap<string, string>;
}

export async function readNpmConfiguration(env: Env, project: string): Promise<NpmConfiguration> {
  const settings = new Map<string, string>();
  const home = homeOf(env);
  const user = env['npm_config_userconfig'] ?? join(home, '.npmrc');
  const machine = env['npm_config_globalconfig'];
  const files = [...(machine === undefined ? ['/etc/npmrc', '/usr/local/etc/npmrc'] : [machine]), user];
  for (const file of [...files, join(project, '.npmrc')]) {
    for (const [key, value] of parseNpmrc(await textIfAny(file), env)) settings.set(key, value);
  }
  for (const name of ['NPM_CONFIG_REGISTRY', 'npm_config_registry']) {
    if (env[name] !== undefined && env[name] !== '') settings.set('registry', env[name]);
  }
  if (!settings.has('registry')) settings.set('registry', await askNpm(env, project));
  return {
    registryOf: (name) => {
      const scope = /^(@[^/]+)\//.exec(name)?.[1];
      const registry = settings.get(`${scope}:registry`) ?? settings.get('registry')!;
      return registry.replace(/\/+$/, '');
    },
    authorizations: authorizationsOf(settings),
  };
}

/** `key=value` lines; `${NAME}` stands for a variable of the environment. */
function parseNpmrc(text: string, env: Env): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
    if (match === null) continue;
    const value = match[2]!.replace(/^"(.*)"$|^'(.*)'$/, '$1$2');
    settings.set(
      match[1]!,
      value.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => env[name] ?? whole),
    );
  }
  return settings;
}

/** `//host/path/:_authToken=…` counts for http and https. */
function authorizationsOf(settings: ReadonlyMap<string, string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of settings) {
    const [, place, name] = /^(\/\/.+?\/?):(_authToken|_auth|username)$/.exec(key) ?? [];
    if (place === undefined) continue;
    const password = settings.get(`${place}:_password`);
    const plain = password === undefined ? '' : Buffer.from(password, 'base64').toString('utf8');
    let credentials = basicAuthorization(value, plain);
    if (name === '_authToken') credentials = `Bearer ${value}`;
    if (name === '_auth') credentials = `Basic ${value}`;
    const start = place.replace(/\/*$/, '/');
    for (const scheme of ['http:', 'https:']) found.set(`${scheme}${start}`, credentials);
  }
  return found;
}

async function askNpm(env: Env, folder: string): Promise<string> {
  try {
    const options = { cwd: folder, env: { ...env }, timeout: 20_000 };
    const { stdout } = await promisify(execFile)('npm', ['config', 'get', 'registry'], options);
    const address = stdout.trim();
    if (/^https?:\/\//.test(address)) return address;
  } catch {
    // No npm, or one that doesn't work: it can't be asked.
  }
  throw new Failure('tool-registry-unknown', 'nothing on this machine says which registry has npm packages', {
    why: 'no `.npmrc` has `registry=`, and there is no `npm` that could be asked for its own',
    hint: 'write `registry=https://…` into ~/.npmrc, or set the variable npm_config_registry',
  });
}
