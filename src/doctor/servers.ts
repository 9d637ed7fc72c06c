/** Names and servers of the network, asked as a build would ask them, but shortly. */
import { execFile } from 'node:child_process';
import { HttpClient } from '../remote/http.ts';
import { proxyFor } from '../remote/proxy.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import type { Greeting, RepositoryHere } from './patient.ts';

/** The host that is spoken to for an address: a proxy's, where there is one. */
export function hostFor(address: string, env: Context['env']): string | undefined {
  const url = webAddress(address);
  if (url === undefined) return undefined;
  try {
    return (proxyFor(url, env) ?? url).hostname.replace(/^\[(.*)\]$/, '$1');
  } catch {
    // A proxy that is no address is told by the check of proxies.
    return undefined;
  }
}

/** Why none of these addresses can be asked: asking would only wait for names again. */
export function lostNames(
  addresses: readonly string[],
  names: ReadonlyMap<string, string | undefined>,
  env: Context['env'],
): Failure | undefined {
  const lost = addresses.map((address) => {
    const host = hostFor(address, env);
    return host !== undefined && names.get(host) !== undefined ? host : undefined;
  });
  if (lost.length === 0 || lost.includes(undefined)) return undefined;
  return new Failure('host-not-found', `there is no address for ${lost.join(', ')}`);
}

function webAddress(address: string): URL | undefined {
  const plain = address.replace('{timestamp}', '');
  return /^https?:/.test(plain) && URL.canParse(plain) ? new URL(plain) : undefined;
}

const lookUp = `const { lookup } = require('node:dns');
for (const host of process.argv.slice(1))
  lookup(host, (error) => console.log(JSON.stringify([host, error === null ? null : error.code])));`;

/** Milliseconds; a resolver whose servers don't answer takes longer, and can't be stopped but with its process. */
const patience = 2500;

/** By name: undefined for one that has an address, else what was said. */
export async function lookUpHosts(
  hosts: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const found = new Map<string, string | undefined>(
    hosts.map((host) => [host, `no answer in ${patience / 1000} seconds`]),
  );
  if (hosts.length === 0) return found;
  const text = await new Promise<string>((resolve) => {
    const args = ['-e', lookUp, ...hosts];
    execFile(process.execPath, args, { timeout: patience, killSignal: 'SIGKILL', env: {} }, (_, stdout) =>
      resolve(stdout),
    );
  });
  for (const line of text.trim().split('\n')) {
    if (line === '') continue;
    const [host, code] = JSON.parse(line) as [string, string | null];
    found.set(host, code ?? undefined);
  }
  return found;
}

/** Asks each server for the start of one index, and leaves the rest. */
export async function greet(
  { env, signal }: Pick<Context, 'env' | 'signal'>,
  repositories: readonly RepositoryHere[],
  names: ReadonlyMap<string, string | undefined>,
): Promise<Greeting[]> {
  const addresses = repositories.flatMap(({ indexes }) => indexes);
  const byOrigin = new Map(
    addresses.flatMap((address) => {
      const url = webAddress(address);
      const host = hostFor(address, env);
      const isKnown = host !== undefined && names.has(host) && names.get(host) === undefined;
      return url === undefined || !isKnown ? [] : [[url.origin, url.href] as const];
    }),
  );
  const client = new HttpClient({ env, signal, timeout: patience, attempts: 1 });
  try {
    return await Promise.all([...byOrigin].map(([origin, address]) => greetOne(client, origin, address)));
  } finally {
    client.close();
  }
}

async function greetOne(client: HttpClient, origin: string, address: string): Promise<Greeting> {
  const sent = Date.now();
  try {
    const { headers, body } = await client.get(address, { range: 'bytes=0-0' });
    const now = (sent + Date.now()) / 2;
    // What is read no further is closed.
    for await (const _ of body) break;
    const date = Date.parse(headers.date ?? '') + Number(headers.age ?? 0) * 1000;
    return { origin, ahead: Number.isNaN(date) ? undefined : now - date };
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'canceled') throw error;
    return { origin, failure: error };
  }
}
