import type { CodeInfo } from './code-info.ts';

/** What a server or the way to it does. */
export const remoteCodes = {
  'host-not-found': {
    exit: 3,
    title: 'a server has no address',
    cause:
      'The name of the server could not be resolved: it is misspelled, or this machine has no working DNS.',
    cure: 'check the spelling of the host and the network of this machine; behind a proxy set `http_proxy` and `https_proxy`',
  },
  'connection-refused': {
    exit: 3,
    title: 'a server refused the connection',
    cause: 'Nothing listens at that address, or a firewall turns connections away.',
    cure: 'check that the server is up and that this machine may reach it',
  },
  'connection-timed-out': {
    exit: 3,
    title: 'a server did not answer in time',
    cause: 'The server is down or overloaded, or something on the way swallows packets.',
    cure: 'try again later, or use another server; behind a proxy set `http_proxy` and `https_proxy`',
  },
  'connection-failed': {
    exit: 3,
    title: 'a connection broke',
    cause: 'The connection was cut, several times in a row.',
    cure: 'run the same command again: what was downloaded whole is kept',
  },
  'tls-failed': {
    exit: 3,
    title: 'a server could not prove who it is',
    cause:
      'The certificate of an https server is expired, for another name, or signed by an authority unknown here.',
    cure: 'check the clock of this machine; for an authority of your own set `NODE_EXTRA_CA_CERTS` to its PEM file',
  },
  'http-not-found': {
    exit: 3,
    title: 'a server does not have the file',
    cause: 'The server answered 404 or 410: the address is wrong, or the file was deleted there.',
    cure: 'check the address, or use another server',
  },
  'http-denied': {
    exit: 3,
    title: 'a server wants other credentials',
    cause:
      'The server answered 401 or 403: it hands the file out only to those who log in, and was given no credentials, or others.',
    cure: 'put `machine HOST login NAME password PASSWORD` into ~/.netrc, or set variables of the repository: docs/repositories.md',
  },
  'http-refused': {
    exit: 3,
    title: 'a server refused to hand out a file',
    cause: 'The server answered with a status of the 4xx kind.',
    cure: 'open the address in a browser or with curl to see what the server wants',
  },
  'http-server-error': {
    exit: 3,
    title: 'a server has a problem of its own',
    cause:
      'The server answered with a status of the 5xx kind, or that it is asked too often, several times in a row.',
    cure: 'try again later, or use another server',
  },
  'http-bad-redirect': {
    exit: 3,
    title: 'a server sends us in circles',
    cause: 'The server redirects again and again, or from an encrypted address to an open one.',
    cure: 'use the final address itself, or another server',
  },
  'http-too-large': {
    exit: 3,
    title: 'a file is larger than it can be',
    cause: 'A server sent more bytes than the file may have; it may be the wrong file or an attack.',
    cure: 'use another server',
  },
  'http-bad-url': {
    exit: 2,
    title: 'an address is not one that can be fetched',
    cause: 'Only http and https addresses can be fetched.',
    cure: 'write the address as `http://…` or `https://…`',
  },

  'image-not-found': {
    exit: 2,
    title: 'a registry does not have an image',
    cause:
      'The registry answers that there is no image of that name, tag or digest. Many say so of private ones too.',
    cure: 'correct `image:` in targetry.yaml, or log in to the registry with `docker login`',
  },
  'image-refused': {
    exit: 3,
    title: 'a registry does not let an image be read',
    cause:
      'The registry asks for a login, or the one in the configuration of Docker has no right to this image.',
    cure: 'log in to the registry with `docker login`; Targetry asks with the same name and password',
  },
  'image-not-for-cpu': {
    exit: 2,
    title: 'an image is not made for this CPU',
    cause: 'An image may be for one CPU or for several, and that of the target is not among them.',
    cure: 'name an image for the CPU, or take the CPU out of the targets',
  },
  'image-malformed': {
    exit: 3,
    title: 'an image can not be understood',
    cause:
      'What the registry sends is no manifest of the OCI or of Docker, or has layers of a kind that is not a tar with files.',
    cure: 'look at it with `docker manifest inspect`; very old images have to be pushed again by a newer Docker',
  },
} as const satisfies Record<string, CodeInfo>;
