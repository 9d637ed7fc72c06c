import { readFileSync } from 'node:fs';
import { ifAny } from '../../base/if-any.ts';
import type { Check, Diagnosis } from '../check.ts';

interface Found {
  /** With what was said where it has no address. */
  readonly names: ReadonlyMap<string, string | undefined>;
  /** Those that /etc/resolv.conf says to ask; undefined where it can't be read. */
  readonly servers: readonly string[] | undefined;
  /** Something must come over the network before a build. */
  readonly needed: boolean;
}

export const dns: Check<Found> = {
  id: 'dns',
  group: 'network',
  title: 'names',
  proves: 'The hosts of the mirrors, and of the proxies before them, have addresses.',
  how: 'Looks each of them up as a build does, in a process of its own.',
  costs:
    '"Temporary failure resolving", "Could not resolve host"; later "no such package", since an index did not come. `apt-get update` even ends with 0.',
  cure: 'Mend /etc/resolv.conf; Docker: `--dns`, or `"dns"` in /etc/docker/daemon.json; behind a proxy set `http_proxy` and `https_proxy`.',
  needs: ['disk', 'store'],
  async probe({ names, repositories }) {
    const needed = (await repositories()).some((one) => one.needed);
    return { names: await names(), servers: nameServers(), needed };
  },
  judge({ names, servers, needed }): Diagnosis {
    const lost = [...names].filter(([, said]) => said !== undefined);
    if (names.size === 0) return { status: 'ok', found: 'no name has to be looked up' };
    if (lost.length === 0) return { status: 'ok', found: [...names.keys()].join(', ') };
    const asked =
      servers === undefined
        ? '/etc/resolv.conf can not be read'
        : servers.length === 0
          ? '/etc/resolv.conf names no server to ask'
          : `/etc/resolv.conf says to ask ${servers.join(', ')}`;
    const words = lost.map(([host, said]) => `${host} (${said})`).join(', ');
    const all = lost.length === names.size;
    return {
      status: needed ? 'fail' : 'warn',
      found: `there is no address for ${words}; ${asked}`,
      cure: all
        ? 'see whether this machine has a network (`ip route`), then mend /etc/resolv.conf; in a container look at `--dns` and `--network`; behind a proxy set https_proxy'
        : 'correct the name where it is configured: sources of apt, /etc/apk/repositories, `repositories:`',
    };
  },
};

function nameServers(): string[] | undefined {
  const text = ifAny(() => readFileSync('/etc/resolv.conf', 'utf8'), undefined);
  return text === undefined
    ? undefined
    : [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, server]) => server!);
}
