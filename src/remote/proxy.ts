import { Agent as HttpsAgent } from 'node:https';
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect, type ConnectionOptions } from 'node:tls';
import type { Env } from '../base/env.ts';
import { basicAuthorization } from './basic-authorization.ts';

/** The proxy that the environment asks for, as curl and apt read it; undefined for a direct connection. */
export function proxyFor(url: URL, env: Env): URL | undefined {
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  // HTTP_PROXY in capitals is left alone: a CGI server would set it from a request header.
  const value =
    env[`${scheme}_proxy`] ?? (scheme === 'https' ? env['HTTPS_PROXY'] : undefined) ?? env['all_proxy'];
  if (value === undefined || value === '') return undefined;
  if (isExempt(url, env['no_proxy'] ?? env['NO_PROXY'] ?? '')) return undefined;
  return new URL(value.includes('://') ? value : `http://${value}`);
}

function isExempt(url: URL, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', port] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase())!;
      if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80')))
        return false;
      return url.hostname === name || url.hostname.endsWith(`.${name}`);
    });
}

export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const [user, password] = [decodeURIComponent(proxy.username), decodeURIComponent(proxy.password)];
  return { 'proxy-authorization': basicAuthorization(user, password) };
}

/** An https agent whose connections go through a proxy's CONNECT. */
export class TunnelAgent extends HttpsAgent {
  readonly #proxy: URL;
  readonly #timeout: number;

  constructor(proxy: URL, timeout: number, maxSockets: number) {
    super({ keepAlive: true, maxSockets });
    this.#proxy = proxy;
    this.#timeout = timeout;
  }

  override createConnection(
    options: ConnectionOptions & { host?: string; port?: number | string },
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const target = `${options.host}:${options.port ?? 443}`;
    const failed = (error: Error) => callback?.(error, undefined as unknown as Socket);
    const connect = httpRequest({
      host: this.#proxy.hostname,
      port: this.#proxy.port || 80,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyAuthorization(this.#proxy) },
      timeout: this.#timeout,
    });
    connect.once('timeout', () =>
      connect.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })),
    );
    connect.once('error', failed);
    connect.once('connect', (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        failed(Object.assign(new Error(`the proxy answered ${response.statusCode}`), { code: 'EPROXY' }));
        return;
      }
      const secure = tlsConnect({ ...options, socket, servername: options.servername ?? options.host ?? '' });
      secure.once('error', failed);
      secure.once('secureConnect', () => callback?.(null, secure));
    });
    connect.end();
    return undefined;
  }
}
