import type { Effect } from './effect.ts';

const OWNER = 'name-services';

/** Where libc-bin keeps the default, and where base-files had it before. */
const DEFAULTS = ['usr/share/libc-bin/nsswitch.conf', 'usr/share/base-files/nsswitch.conf'];

const HOSTS = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;

/** Without nsswitch.conf old C libraries don't know `localhost`. resolv.conf is a place for an engine to mount its own. */
export const nameServices: Effect = {
  name: 'name-services',
  apply({ tree }) {
    const files: [string, string | Uint8Array | undefined][] = [
      ['etc/nsswitch.conf', DEFAULTS.map((path) => tree.read(path)).find((bytes) => bytes !== undefined)],
      ['etc/hosts', HOSTS],
      ['etc/resolv.conf', ''],
    ];
    const done: string[] = [];
    for (const [path, content] of files) {
      if (content === undefined || tree.has(path)) continue;
      tree.write(path, content, { owner: OWNER });
      done.push(path);
    }
    return { done, skipped: [] };
  },
};
