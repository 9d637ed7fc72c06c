import type { FailureClass } from '../failure-class.ts';

export const proxyRefused: FailureClass = {
  class: 'proxy-refused',
  signs: [
    {
      says: /407 (?:Proxy Authentication Required|authenticationrequired)|Proxy Authentication Required/,
      sure: 0.93,
    },
    {
      says: /(?:Received HTTP code|CONNECT tunnel failed, response|Proxy CONNECT aborted|Tunnel connection failed:) ?(?<code>\d+)?/,
      sure: 0.9,
    },
    {
      says: /(?:Cannot connect to proxy|ProxyError|proxyconnect tcp|Could not resolve proxy|Failed to connect to proxy|proxy (?:refused|rejected|unreachable))/,
      sure: 0.85,
    },
  ],
  cause: "the proxy that is configured refuses the connection, wants a login, or can't be reached",
  cure: "correct HTTP_PROXY, HTTPS_PROXY and NO_PROXY in the step (a container's 127.0.0.1 is not the host's), with name and password where the proxy wants them",
  asks: ['proxy'],
  explains: ['connection-failed', 'repo-index-unreachable', 'package-not-found', 'dns-failure'],
  references: ['https://docs.docker.com/engine/cli/proxy/'],
  examples: [
    'curl: (56) Received HTTP code 407 from proxy after CONNECT',
    "WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 403 Forbidden'))'",
    'proxyconnect tcp: dial tcp 127.0.0.1:3128: connect: connection refused',
  ],
  lookAlikes: ['curl: (7) Failed to connect to github.com port 443'],
};
