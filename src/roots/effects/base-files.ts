import type { RootTree } from '../root-tree.ts';
import type { Effect } from './effect.ts';

const OWNER = 'base-files';
const STAFF = 50;
const UTMP = 43;
const MAIL = 8;

/** The folders and links of its postinst as it has been since Debian 10; what newer ones ship already is left alone. */
export const baseFiles: Effect = {
  name: 'base-files',
  apply({ tree, packages }) {
    const own = packages.find(({ name }) => name === 'base-files');
    if (own === undefined) return { done: [], skipped: [] };
    const script = own.readControl('postinst') ?? '';
    const done: string[] = [];
    for (const [path, mode, gid] of FOLDERS) tree.folder(path, { owner: OWNER, mode, gid });
    for (const name of [...LOCAL_FOLDERS, ...(script.includes('/usr/local/libexec') ? ['/libexec'] : [])])
      tree.folder(`usr/local${name}`, { owner: OWNER, ...localFacts(tree) });
    for (const [path, target] of [['etc/dpkg/origins/default', vendorIn(script)] as const, ...LINKS]) {
      if (tree.nodes.get(tree.locate(path))?.type === 'symlink') continue;
      tree.link(path, target, OWNER);
      done.push(path);
    }
    for (const [path, mode] of LOGS) {
      if (!tree.has(path)) tree.write(path, '', { owner: OWNER, mode, gid: UTMP });
    }
    return { done, skipped: [] };
  },
};

/** What the distro calls itself. */
function vendorIn(script: string): string {
  return /\bln -sf (\w+) \S*\/etc\/dpkg\/origins\/default/.exec(script)?.[1] ?? 'debian';
}

/** Newer releases say by a file whether the group staff may write to /usr/local. */
export function localFacts(tree: RootTree): { mode: number; gid: number } {
  const forStaff = tree.has('etc/staff-group-for-usr-local');
  return forStaff ? { mode: 0o2775, gid: STAFF } : { mode: 0o755, gid: 0 };
}

const FOLDERS = [
  ['mnt', 0o755, 0],
  ['srv', 0o755, 0],
  ['opt', 0o755, 0],
  ['etc/opt', 0o755, 0],
  ['var/opt', 0o755, 0],
  ['media', 0o755, 0],
  ['var/mail', 0o2775, MAIL],
  ['run/lock', 0o1777, 0],
] as const;

const LOCAL_FOLDERS = [
  '',
  '/share',
  '/share/man',
  '/bin',
  '/games',
  '/lib',
  '/include',
  '/sbin',
  '/src',
  '/etc',
];

const LINKS = [
  ['var/spool/mail', '../mail'],
  ['var/run', '/run'],
  ['var/lock', '/run/lock'],
  ['usr/local/man', 'share/man'],
] as const;

const LOGS = [
  ['var/log/wtmp', 0o664],
  ['var/log/btmp', 0o660],
  ['var/log/lastlog', 0o664],
] as const;
