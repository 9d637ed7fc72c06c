/**
 * Logins from files of the netrc form: `~/.netrc`, and apt's `auth.conf`, where a machine may also have a protocol, a port
 * and the beginning of a path.
 */
export interface NetrcEntry {
  /** As written; undefined for `default`. */
  readonly machine: string | undefined;
  readonly login: string;
  readonly password: string;
}

export function parseNetrc(text: string): NetrcEntry[] {
  const entries: { machine: string | undefined; login: string; password: string }[] = [];
  const words = wordsOf(text);
  for (let at = 0; at < words.length; at++) {
    const entry = entries.at(-1);
    const word = words[at]!;
    if (word === 'default') entries.push({ machine: undefined, login: '', password: '' });
    else if (word === 'machine') entries.push({ machine: words[++at] ?? '', login: '', password: '' });
    else if (word === 'login' && entry !== undefined) entry.login = words[++at] ?? '';
    else if (word === 'password' && entry !== undefined) entry.password = words[++at] ?? '';
    else if (word === 'account') at++;
  }
  return entries;
}

/** Macros, which go to the next empty line, and comments are left out. A word in quotes may hold blanks. */
function wordsOf(text: string): string[] {
  const plain = text.replace(/^[ \t]*macdef[^]*?(\n[ \t]*\n|$(?![^]))/gm, '').replace(/^[ \t]*#.*$/gm, '');
  return [...plain.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, word]) =>
    quoted === undefined ? word! : quoted.replace(/\\(.)/g, '$1'),
  );
}

/** Whether an entry of `~/.netrc` is for this address: its host, whatever the port. */
export function isNetrcFor({ machine }: NetrcEntry, url: URL): boolean {
  return machine === undefined || machine.toLowerCase() === url.hostname;
}

/** Whether an entry of apt's is for this address. One that names no protocol is for encrypted ones only. */
export function isAptAuthFor({ machine }: NetrcEntry, url: URL): boolean {
  const match = /^(?:([a-z+]+):\/\/)?([^/:]+)(?::(\d+))?(\/.*)?$/i.exec(machine ?? '');
  if (match === null) return false;
  const [, protocol = 'https', host, port, path = ''] = match;
  return (
    `${protocol.toLowerCase()}:` === url.protocol &&
    host!.toLowerCase() === url.hostname &&
    (port === undefined || port === (url.port || (url.protocol === 'https:' ? '443' : '80'))) &&
    url.pathname.startsWith(path)
  );
}
