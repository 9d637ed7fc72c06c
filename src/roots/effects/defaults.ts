import type { Effect } from './effect.ts';

/** Configuration that scripts copy from where their package ships it, so that it can be changed without dpkg asking. */
export const defaults: Effect = {
  name: 'defaults',
  apply({ tree, packages }) {
    const done: string[] = [];
    const greets = packages.some((one) => one.readControl('postinst')?.includes('/etc/motd') === true);
    for (const [source, target] of DEFAULTS) {
      // Ubuntu ships one and has its own way to make it.
      if (target === 'etc/motd' && !greets) continue;
      const bytes = tree.read(source);
      if (bytes === undefined || tree.has(target)) continue;
      tree.write(target, bytes, { owner: 'defaults' });
      done.push(target);
    }
    return { done, skipped: [] };
  },
};

const DEFAULTS = [
  ['usr/share/base-files/dot.profile', 'root/.profile'],
  ['usr/share/base-files/dot.bashrc', 'root/.bashrc'],
  ['usr/share/base-files/profile', 'etc/profile'],
  ['usr/share/base-files/motd', 'etc/motd'],
  ['usr/share/base-files/networks', 'etc/networks'],
  ['usr/share/base-files/info.dir', 'usr/share/info/dir'],
  // Where libc-bin keeps it, and where base-files had it before. Without it old C libraries don't know `localhost`.
  ['usr/share/libc-bin/nsswitch.conf', 'etc/nsswitch.conf'],
  ['usr/share/base-files/nsswitch.conf', 'etc/nsswitch.conf'],
  ['usr/share/readline/inputrc', 'etc/inputrc'],
  ['usr/share/adduser/adduser.conf', 'etc/adduser.conf'],
] as const;
