import type { Effect } from './effect.ts';

/** What tzdata asks for and everyone who builds answers with UTC. */
export const timeZone: Effect = {
  name: 'time-zone',
  apply({ tree }) {
    if (!tree.has('usr/share/zoneinfo/Etc/UTC') || tree.has('etc/localtime'))
      return { done: [], skipped: [] };
    tree.link('etc/localtime', '/usr/share/zoneinfo/Etc/UTC', 'tzdata');
    tree.write('etc/timezone', 'Etc/UTC\n', { owner: 'tzdata' });
    return { done: ['etc/localtime', 'etc/timezone'], skipped: [] };
  },
};
