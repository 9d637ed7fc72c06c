/**
 * The one HTTP client. It keeps connections alive, follows a few redirects, honours the proxies of the environment, gives
 * a silent server up after a while and asks again where asking again can help: after a broken connection, a server's own
 * error (5xx) or "too many requests". What remains is one `Failure` that says which URL, what happened and what to look at.
 *
 * `stream` also survives a connection that breaks in the middle of a body: it goes on with a Range request from the
 * byte it has. Whether the bytes are the right ones is for the caller to check; it always has a hash.
 */
import { once } from 'node:events';
import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { canceler } from '../base/canceler.ts';
import type { Env } from '../base/env.ts';
import { errorCode } from '../base/error-code.ts';
import { Failure } from '../report/failure.ts';
import { shownAddress } from './address.ts';
import type { Credentials } from './credentials.ts';
import { localFile } from './local-file.ts';
import { proxyAuthorization, proxyFor, TunnelAgent } from './proxy.ts';

interface HttpOptions {
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Of the user, for servers that ask for some. */
  readonly credentials?: Credentials | undefined;
  /** No server is asked for anything. */
  readonly offline?: boolean;
  /** Milliseconds of silence after which a server is given up. */
  readonly timeout?: number;
  /** How often one URL is asked at most. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt; doubled for each further one. */
  readonly backoff?: number;
}

export interface HttpResponse {
  /** After redirects. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: AsyncIterable<Buffer>;
}

const MOST_REDIRECTS = 5;
const MOST_SOCKETS = 32;

export class HttpClient {
  readonly #options: Required<HttpOptions>;
  readonly #plain = new Agent({ keepAlive: true, maxSockets: MOST_SOCKETS });
  readonly #secure = new HttpsAgent({ keepAlive: true, maxSockets: MOST_SOCKETS });
  readonly #tunnels = new Map<string, TunnelAgent>();
  readonly #unwell = new Set<string>();
  /** By the start of the addresses. */
  readonly #authorizations = new Map<string, string>();
  /** Aborted with the caller's signal, and when the client is closed. */
  readonly #life = canceler();
  /** One for each request under way; one listener on the signal serves them all. */
  readonly #stops = new Set<() => void>();
  readonly #end = () => {
    this.#life.abort();
    for (const stop of this.#stops) stop();
  };

  constructor(options: HttpOptions) {
    const defaults = { timeout: 30_000, attempts: 4, backoff: 300, offline: false, credentials: undefined };
    this.#options = { ...defaults, ...options };
    if (options.signal.aborted) this.#end();
    options.signal.addEventListener('abort', this.#end, { once: true });
  }

  /** Whether the server of that address didn't answer when it was asked last; one that does is better asked first. */
  isUnwell(address: string): boolean {
    return this.#unwell.has(new URL(address).origin);
  }

  /** Aborted when nothing is asked any more. */
  get signal(): AbortSignal {
    return this.#life.signal;
  }

  /** Ends what is under way, and idle connections, which would otherwise keep the process waiting for their servers. */
  close(): void {
    this.#options.signal.removeEventListener('abort', this.#end);
    this.#end();
    for (const agent of [this.#plain, this.#secure, ...this.#tunnels.values()]) agent.destroy();
  }

  /**
   * What is sent as `Authorization` to every address that starts so, and to no other: a redirect to another server takes no
   * secret along.
   */
  authorize(prefix: string, value: string): void {
    this.#authorizations.set(prefix, value);
  }

  /** A whole body of at most `most` bytes. */
  async bytes(address: string, most: number, headers: Record<string, string> = {}): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.stream(address, headers)) {
      size += chunk.length;
      if (size > most) {
        throw new Failure(
          'http-too-large',
          `${shownAddress(address)} is larger than the ${most} bytes that are allowed for it`,
        );
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, size);
  }

  /** A body as it comes; a break in the middle is mended by asking for the rest. A file of this machine is read as it is. */
  async *stream(address: string, headers: Record<string, string> = {}): AsyncGenerator<Buffer, void, void> {
    if (address.startsWith('file:')) return yield* localFile(address);
    let received = 0;
    for (let attempt = 1; ; attempt++) {
      const before = received;
      try {
        const range = received > 0 ? { range: `bytes=${received}-` } : {};
        const response = await this.get(address, { ...headers, ...range });
        let skip = resumesAt(response, received) ? 0 : received;
        for await (const chunk of response.body) {
          const fresh = skip >= chunk.length ? undefined : chunk.subarray(skip);
          skip = Math.max(0, skip - chunk.length);
          if (fresh === undefined) continue;
          received += fresh.length;
          yield fresh;
        }
        return;
      } catch (error) {
        if (error instanceof Failure) throw error;
        if (received > before) attempt = 1;
        if (attempt >= this.#options.attempts) throw this.#explain(new URL(address), error);
        await this.#wait(attempt);
      }
    }
  }

  /** Asks until there is an answer below 400, or 401 for who knows what to do then; its body is not read yet. */
  async get(
    address: string,
    headers: Record<string, string> = {},
    { unauthorized = 'fail' }: { readonly unauthorized?: 'fail' | 'answer' } = {},
  ): Promise<HttpResponse> {
    if (this.#options.offline) throw new Failure('offline', `${shownAddress(address)} would be needed`);
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await this.#follow(
          new URL(address),
          headers,
          unauthorized === 'answer' ? 401 : undefined,
        );
        this.#unwell.delete(new URL(address).origin);
        return response;
      } catch (error) {
        if (this.#life.signal.aborted) throw canceled();
        const lasting = error instanceof Failure ? !(error instanceof TemporaryFailure) : !mayPass(error);
        if (lasting || attempt >= this.#options.attempts) {
          throw error instanceof Failure ? error : this.#explain(new URL(address), error);
        }
        await this.#wait(attempt);
      }
    }
  }

  async #follow(
    start: URL,
    headers: Record<string, string>,
    welcome: number | undefined,
  ): Promise<HttpResponse> {
    let url = start;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const response = await this.#ask(url, headers);
      const status = response.statusCode ?? 0;
      const location = response.headers.location;
      if (status >= 300 && status < 400 && location !== undefined) {
        response.resume();
        const next = new URL(location, url);
        if (url.protocol === 'https:' && next.protocol !== 'https:') {
          throw new Failure(
            'http-bad-redirect',
            `${shownAddress(url)} redirects to ${shownAddress(next)}, which is not encrypted`,
          );
        }
        url = next;
      } else if ((status >= 400 && status !== welcome) || status < 200) {
        response.resume();
        throw refusal(start, url, response, this.#options.credentials?.for(url)?.from);
      } else {
        return { url, status, headers: response.headers, body: this.#body(response) };
      }
    }
    throw new Failure(
      'http-bad-redirect',
      `${shownAddress(start)} redirects more than ${MOST_REDIRECTS} times`,
      {
        why: `the last address was ${shownAddress(url)}`,
      },
    );
  }

  async #ask(url: URL, headers: Record<string, string>): Promise<IncomingMessage> {
    const { timeout } = this.#options;
    const request = this.#request(url, headers);
    let response: IncomingMessage | undefined;
    const end = (error: Error) => (response ?? request).destroy(error);
    const stop = () => end(canceled());
    request.setTimeout(timeout, () => end(timedOut()));
    // Once an answer is there its reader hears of errors; without a listener here they would end the process as well.
    request.on('error', () => {});
    this.#stops.add(stop);
    if (this.#life.signal.aborted) stop();
    try {
      request.end();
      [response] = (await once(request, 'response')) as [IncomingMessage];
      response.once('close', () => this.#stops.delete(stop));
      response.on('error', () => {});
      return response;
    } catch (error) {
      this.#stops.delete(stop);
      throw error;
    }
  }

  #request(url: URL, headers: Record<string, string>): ClientRequest {
    const sent = { 'user-agent': 'targetry', accept: '*/*', ...this.#authorizationFor(url), ...headers };
    const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    const common: RequestOptions = { headers: sent, ...(url.username === '' ? {} : { auth: login }) };
    const proxy = proxyFor(url, this.#options.env);
    const direct = { host: bareHost(url), port: url.port, path: url.pathname + url.search };
    if (url.protocol === 'https:') {
      return httpsRequest({
        ...common,
        ...direct,
        agent: proxy === undefined ? this.#secure : this.#tunnel(proxy),
      });
    }
    if (url.protocol !== 'http:')
      throw new Failure('http-bad-url', `${shownAddress(url)} is not an http or https address`);
    if (proxy === undefined) return httpRequest({ ...common, ...direct, agent: this.#plain });
    return httpRequest({
      ...common,
      agent: this.#plain,
      host: bareHost(proxy),
      port: proxy.port || 80,
      path: `http://${url.host}${url.pathname}${url.search}`,
      headers: { ...sent, host: url.host, ...proxyAuthorization(proxy) },
    });
  }

  /** The longest prefix wins; what the address itself brings wins over files. */
  #authorizationFor(url: URL): { readonly authorization?: string } {
    let best: string | undefined;
    for (const prefix of this.#authorizations.keys())
      if (url.href.startsWith(prefix) && prefix.length > (best?.length ?? 0)) best = prefix;
    if (best !== undefined) return { authorization: this.#authorizations.get(best)! };
    const found = url.username === '' ? this.#options.credentials?.for(url) : undefined;
    return found === undefined ? {} : { authorization: found.authorization };
  }

  #tunnel(proxy: URL): TunnelAgent {
    let agent = this.#tunnels.get(proxy.href);
    if (agent === undefined) {
      agent = new TunnelAgent(proxy, this.#options.timeout, MOST_SOCKETS);
      this.#tunnels.set(proxy.href, agent);
    }
    return agent;
  }

  async *#body(response: IncomingMessage): AsyncGenerator<Buffer, void, void> {
    try {
      yield* response as AsyncIterable<Buffer>;
      // A body without a length that the server cut off ends without an error.
      if (!response.complete)
        throw Object.assign(new Error('the connection was cut'), { code: 'ECONNRESET' });
    } catch (error) {
      if (this.#life.signal.aborted) throw canceled();
      throw error;
    } finally {
      response.destroy();
    }
  }

  async #wait(attempt: number): Promise<void> {
    try {
      await delay(this.#options.backoff * 2 ** (attempt - 1), undefined, { signal: this.#life.signal });
    } catch {
      throw canceled();
    }
  }

  #explain(url: URL, error: unknown): Failure {
    this.#unwell.add(url.origin);
    const proxy = proxyFor(url, this.#options.env);
    return connectionFailure(url, proxy, this.#options.timeout, error);
  }
}

/** A Failure that asking again may turn into an answer. */
class TemporaryFailure extends Failure {}

/** `login` is where the credentials were found that were sent. */
function refusal(start: URL, url: URL, response: IncomingMessage, login: string | undefined): Failure {
  const status = response.statusCode ?? 0;
  const what =
    `${shownAddress(start)}: the server answered ${status} ${response.statusMessage ?? ''}`.trimEnd();
  const detail = start.href === url.href ? {} : { why: `it was redirected to ${shownAddress(url)}` };
  if (status === 401 || status === 403) {
    if (login === undefined) return new Failure('http-denied', what, detail);
    return new Failure('http-denied', what, { why: `it was asked with the credentials of ${login}` });
  }
  if (status === 404 || status === 410) return new Failure('http-not-found', what, detail);
  if (status >= 500 || status === 429 || status === 408)
    return new TemporaryFailure('http-server-error', what, detail);
  return new Failure('http-refused', what, detail);
}

function connectionFailure(url: URL, proxy: URL | undefined, timeout: number, error: unknown): Failure {
  const through = proxy === undefined ? '' : ` through the proxy ${proxy.host}`;
  const detail = { cause: error };
  const code = errorCode(error);
  const reached = `can't reach ${shownAddress(url)}${through}`;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return new Failure(
        'host-not-found',
        `${reached}: there is no address for ${(proxy ?? url).hostname}`,
        detail,
      );
    case 'ECONNREFUSED':
      return new Failure(
        'connection-refused',
        `${reached}: ${(proxy ?? url).host} refused the connection`,
        detail,
      );
    case 'ETIMEDOUT':
      return new Failure(
        'connection-timed-out',
        `${reached}: no answer within ${timeout / 1000} seconds`,
        detail,
      );
    default: {
      const message = error instanceof Error ? error.message : String(error);
      if (code.startsWith('ERR_TLS') || code.includes('CERT') || code.startsWith('UNABLE_TO')) {
        return new Failure('tls-failed', `${reached}: ${message}`, detail);
      }
      return new Failure('connection-failed', `${reached}: ${message}`, detail);
    }
  }
}

function mayPass(error: unknown): boolean {
  return ['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'HPE_INVALID_EOF_STATE'].includes(
    errorCode(error),
  );
}

function resumesAt(response: HttpResponse, offset: number): boolean {
  return (
    offset > 0 &&
    response.status === 206 &&
    `${response.headers['content-range']}`.startsWith(`bytes ${offset}-`)
  );
}

/** `[::1]` is written with brackets only in a URL. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

function timedOut(): Error {
  return Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' });
}

function canceled(): Failure {
  return new Failure('canceled', 'stopped while something was being downloaded');
}
