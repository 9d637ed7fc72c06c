import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { HttpClient } from '../../../src/remote/http.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface LocalServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Every path that was asked for, in order. */
  readonly asked: string[];
}

/** A server on this machine for the time of one test. */
export async function serve(t: TestContext, handler: Handler): Promise<LocalServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

interface ClientOptions {
  readonly env?: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly timeout?: number;
  readonly attempts?: number;
}

/** Asks again at once. What is said of silence is for servers that are silent: any may be late on a busy machine. */
export function quickClient(t: TestContext, options: ClientOptions = {}): HttpClient {
  const client = new HttpClient({
    env: {},
    signal: new AbortController().signal,
    backoff: 1,
    ...options,
  });
  t.after(() => client.close());
  return client;
}
