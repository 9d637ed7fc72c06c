import { Failure } from '../../report/failure.ts';

/** Where a daemon is, in the words that users of BuildKit and Docker know. */
export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Docker's engine, which has a BuildKit inside. `engine` is where its own API is. */
  | { readonly kind: 'docker'; readonly engine: DockerAddress }
  | { readonly kind: 'docker-container'; readonly container: string; readonly engine: DockerAddress }
  /** A program whose standard input and output are the connection; `written` is what asked for it. */
  | {
      readonly kind: 'program';
      readonly program: string;
      readonly args: readonly string[];
      readonly written: string;
    };

export type DockerAddress = Extract<Address, { kind: 'unix' | 'tcp' }>;

type Variables = Readonly<Record<string, string | undefined>>;

export const defaultSocket = '/run/buildkit/buildkitd.sock';
const dockerSocket = '/var/run/docker.sock';
const forms =
  '`unix://PATH`, `tcp://HOST:PORT`, `docker://`, `docker-container://NAME`, `kube-pod://NAME`, `ssh://HOST`';

/** Reads an address as `--buildkit-addr` and `BUILDKIT_HOST` have it. */
export function readAddress(text: string, env: Variables): Address {
  const [, scheme, rest] = /^([a-z-]+):\/\/(.*)$/.exec(text) ?? [];
  switch (scheme) {
    case 'unix':
      if (rest !== '') return { kind: 'unix', path: rest! };
      break;
    case 'tcp':
      if (rest !== '') return tcp(text, 1234);
      break;
    case 'docker':
      // As a path, an address of Docker's engine; without one, where Docker's own client would look.
      return { kind: 'docker', engine: rest === '' ? dockerEngine(env) : { kind: 'unix', path: rest! } };
    case 'docker-container':
      if (rest !== '') return { kind: 'docker-container', container: rest!, engine: dockerEngine(env) };
      break;
    case 'kube-pod':
      if (rest !== '') return kubePod(text);
      break;
    case 'ssh':
      if (rest !== '') return ssh(text);
      break;
    case undefined:
    default:
  }
  throw new Failure('buildkit-address', `${text} is no address of a BuildKit daemon`, {
    hint: `write one of ${forms}`,
  });
}

/** Where Docker's own client finds its engine. */
function dockerEngine(env: Variables): DockerAddress {
  const host = env['DOCKER_HOST'];
  if (host === undefined || host === '') return { kind: 'unix', path: dockerSocket };
  if (host.startsWith('unix://')) return { kind: 'unix', path: host.slice('unix://'.length) };
  if (host.startsWith('tcp://')) return tcp(host, env['DOCKER_TLS_VERIFY'] ? 2376 : 2375);
  throw new Failure('buildkit-address', `DOCKER_HOST is ${host}, which can't be used`, {
    hint: 'set it to `unix://PATH` or `tcp://HOST:PORT`',
  });
}

export function showAddress(address: Address): string {
  switch (address.kind) {
    case 'unix':
      return `unix://${address.path}`;
    case 'tcp':
      return `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
    case 'docker':
      return `Docker's engine at ${showAddress(address.engine)}`;
    case 'docker-container':
      return `docker-container://${address.container}`;
    case 'program':
      return [address.program, ...address.args].join(' ');
  }
  return address satisfies never;
}

/** What makes a command go to the same daemon. */
export function addressFlag(address: Address): string {
  switch (address.kind) {
    case 'docker':
      return `--buildkit-addr docker://${address.engine.kind === 'unix' ? address.engine.path : ''}`;
    case 'program':
      return `--buildkit-addr ${address.written}`;
    case 'unix':
    case 'tcp':
    case 'docker-container':
      return `--buildkit-addr ${showAddress(address)}`;
  }
  return address satisfies never;
}

function tcp(text: string, port: number): DockerAddress {
  const url = new URL(text.replace('tcp:', 'http:'));
  return { kind: 'tcp', host: bare(url.hostname), port: url.port === '' ? port : Number(url.port) };
}

/** An address of IPv6 stands in brackets only inside of others. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** As buildctl: `kube-pod://NAME?namespace=N&container=C&context=X`. */
function kubePod(text: string): Address {
  const { hostname, searchParams } = new URL(text.replace('kube-pod:', 'http:'));
  const option = (name: string) => {
    const value = searchParams.get(name);
    return value === null ? [] : [`--${name}=${value}`];
  };
  const where = [...option('context'), ...option('namespace')];
  const args = [...where, 'exec', '-i', ...option('container'), hostname, '--', 'buildctl', 'dial-stdio'];
  return { kind: 'program', program: 'kubectl', args, written: text };
}

/** As buildctl: `ssh://USER@HOST:PORT/SOCKET`. */
function ssh(text: string): Address {
  const { hostname, port, username, pathname } = new URL(text.replace('ssh:', 'http:'));
  const where = [...(port === '' ? [] : ['-p', port]), ...(username === '' ? [] : ['-l', username])];
  const socket = pathname === '' || pathname === '/' ? [] : ['--addr', `unix://${pathname}`];
  const args = [...where, '--', bare(hostname), 'buildctl', ...socket, 'dial-stdio'];
  return { kind: 'program', program: 'ssh', args, written: text };
}
