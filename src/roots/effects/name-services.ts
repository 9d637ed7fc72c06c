import type { Effect, EffectInput } from './effect.ts';

const HOSTS = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;

/** What an installer writes. resolv.conf is a place for an engine to mount the machine's own. */
export const nameServices: Effect<Pick<EffectInput, 'tree'>> = {
  name: 'name-services',
  apply({ tree }) {
    const done: string[] = [];
    for (const [path, content] of [
      ['etc/hosts', HOSTS],
      ['etc/resolv.conf', ''],
    ] as const) {
      if (tree.has(path)) continue;
      tree.write(path, content, { owner: 'name-services' });
      done.push(path);
    }
    return { done, skipped: [] };
  },
};
