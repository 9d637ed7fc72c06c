import { delimiter, join } from 'node:path';
import { isProgramFile } from '../../base/is-program-file.ts';

/** The host's programs that the engine runs, by absolute paths that a shell needs no quotes for. */
export interface Tools {
  readonly unshare: string;
  readonly setpriv: string;
  readonly setsid: string;
  readonly mount: string;
  readonly umount: string;
  readonly chroot: string;
  readonly chown: string;
  readonly cp: string;
  readonly flock: string;
  readonly mkdir: string;
  readonly mkfifo: string;
  readonly mknod: string;
  readonly readlink: string;
  readonly rm: string;
  readonly sh: string;
  readonly hostname: string | undefined;
  /** Makes terminals. */
  readonly script: string | undefined;
  /** A command that brings the loopback interface up; undefined where nothing here can. */
  readonly loopback: string | undefined;
  readonly perl: string | undefined;
  readonly newuidmap: string | undefined;
  readonly newgidmap: string | undefined;
}

const needed =
  'unshare setpriv setsid mount umount chroot chown cp flock mkdir mkfifo mknod readlink rm sh'.split(' ');

const systemFolders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

/** An ioctl with the flag IFF_UP on `lo`: Debian's smallest root has no `ip`, but always perl. */
const raiseLoopback = `'socket(S,2,2,0)&&ioctl(S,0x8914,my $r=pack("a16sx22","lo",0x49))'`;

export type FoundTools = { readonly tools: Tools } | { readonly missing: readonly string[] };

/** System folders come first: what runs with privileges over the store is the system's, not what PATH happens to name. */
export function findTools(path: string | undefined): FoundTools {
  const own = (path ?? '').split(delimiter).filter((folder) => /^\/[\w./+@-]+$/.test(folder));
  const folders = [...systemFolders, ...own];
  const find = (name: string) => folders.map((folder) => join(folder, name)).find(isProgramFile);
  const found = Object.fromEntries(needed.map((name) => [name, find(name)]));
  const missing = needed.filter((name) => found[name] === undefined);
  if (missing.length > 0) return { missing };
  const [ip, perl] = [find('ip'), find('perl')];
  return {
    tools: {
      ...(found as Record<keyof Tools, string>),
      hostname: find('hostname'),
      script: find('script'),
      loopback: perl === undefined ? ip && `${ip} link set lo up` : `${perl} -e ${raiseLoopback}`,
      perl,
      newuidmap: find('newuidmap'),
      newgidmap: find('newgidmap'),
    },
  };
}
