import type { Effect } from './effect.ts';

/** What tzdata asks for and everyone who builds answers with UTC. */
export const timeZone: Effect = {
  name: 'time-zone',
  apply({ tree, packages }) {
    if (!tree.has('usr/share/zoneinfo/Etc/UTC') || tree.has('etc/localtime'))
      return { done: [], skipped: [] };
    tree.link('etc/localtime', '/usr/share/zoneinfo/Etc/UTC', 'tzdata');
    // Since Debian 13 it is only kept where it was.
    const script = packages.find(({ name }) => name === 'tzdata')?.readControl('postinst') ?? '';
    if (/test -f "?(\$DPKG_ROOT)?\/etc\/timezone/.test(script))
      return { done: ['etc/localtime'], skipped: [] };
    tree.write('etc/timezone', 'Etc/UTC\n', { owner: 'tzdata' });
    return { done: ['etc/localtime', 'etc/timezone'], skipped: [] };
  },
};
