import { connect } from 'node:net';
import { shownAddress } from '../../remote/address.ts';
import type { Context } from '../../report/context.ts';
import type { Check, Diagnosis } from '../check.ts';

interface Found {
  /** By the variable: its address as it may be shown, and what was said where it did not take a connection. */
  readonly proxies: readonly {
    readonly variable: string;
    readonly address: string;
    readonly said?: string;
  }[];
  /** HTTP_PROXY in capitals is set alone, which nobody reads. */
  readonly ignored: boolean;
}

const variables = ['http_proxy', 'https_proxy', 'HTTPS_PROXY', 'all_proxy'];

export const proxy: Check<Found> = {
  id: 'proxy',
  group: 'network',
  title: 'proxies',
  proves: 'Proxies that the environment names are addresses, and take connections.',
  how: 'Reads the variables, and connects to each.',
  costs: 'Nothing can be downloaded.',
  cure: 'Correct or unset the variable; `no_proxy` names hosts that are asked directly.',
  async probe({ context: { env } }) {
    const named = variables.filter((variable) => (env[variable] ?? '') !== '');
    const proxies = await Promise.all(
      named.map(async (variable) => {
        const said = await connectionError(env[variable]!);
        const address = shownAddress(env[variable]!);
        return said === undefined ? { variable, address } : { variable, address, said };
      }),
    );
    return { proxies, ignored: isIgnored(env) };
  },
  judge({ proxies, ignored }): Diagnosis | readonly Diagnosis[] {
    const broken = proxies.filter(({ said }) => said !== undefined);
    if (broken.length > 0) {
      return broken.map(({ variable, address, said }) => ({
        status: 'fail',
        found: `the proxy ${address} of ${variable} can't be reached: ${said}`,
        cure: `correct ${variable}, or unset it; \`no_proxy\` names hosts that are asked directly`,
      }));
    }
    if (ignored) {
      return {
        status: 'warn',
        found: 'HTTP_PROXY is set in capitals alone, and most programs do not read that',
        cure: 'set `http_proxy` instead',
      };
    }
    const words = proxies.map(({ variable, address }) => `${variable} is ${address}`);
    return { status: 'ok', found: words.length === 0 ? 'none is set' : words.join(', ') };
  },
};

function isIgnored(env: Context['env']): boolean {
  return (env['HTTP_PROXY'] ?? '') !== '' && (env['http_proxy'] ?? env['all_proxy'] ?? '') === '';
}

async function connectionError(address: string): Promise<string | undefined> {
  const text = address.includes('://') ? address : `http://${address}`;
  if (!URL.canParse(text)) return 'it is no address';
  const { hostname, port, protocol } = new URL(text);
  const socket = connect({ host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
  try {
    return await new Promise((resolve) => {
      socket.setTimeout(2000, () => resolve('no answer in 2 seconds'));
      socket.once('connect', () => resolve(undefined));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  } finally {
    socket.destroy();
  }
}
