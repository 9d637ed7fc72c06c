/**
 * Which commands a busybox is, and where their links belong, read out of the program without running it: the same for
 * every CPU.
 *
 * The program holds the names of its applets, sorted, each with a NUL after it; and a table with four bits for each of
 * them, in the same order, that say in which folder the link belongs. The names are easy to find, as the first ones are
 * always `[` and `[[`. The table has no mark, but there is only one place in the program at which thirty well-known
 * commands are all in the folders where they have always been.
 */
const FOLDERS = ['', 'bin/', 'sbin/', 'usr/bin/', 'usr/sbin/'];
const FIRST_NAMES = Buffer.from('[\0[[\0');
const MOST_NAMES = 64 * 1024;

const KNOWN: Readonly<Record<string, string>> = {
  awk: 'usr/bin/',
  basename: 'usr/bin/',
  cat: 'bin/',
  chmod: 'bin/',
  chroot: 'usr/sbin/',
  cp: 'bin/',
  cut: 'usr/bin/',
  date: 'bin/',
  env: 'usr/bin/',
  find: 'usr/bin/',
  grep: 'bin/',
  halt: 'sbin/',
  head: 'usr/bin/',
  id: 'usr/bin/',
  ifconfig: 'sbin/',
  init: 'sbin/',
  ln: 'bin/',
  ls: 'bin/',
  mkdir: 'bin/',
  mv: 'bin/',
  reboot: 'sbin/',
  rm: 'bin/',
  sed: 'bin/',
  sh: 'bin/',
  sort: 'usr/bin/',
  tail: 'usr/bin/',
  tar: 'bin/',
  tr: 'usr/bin/',
  uname: 'bin/',
  xargs: 'usr/bin/',
};

/** `bin/cat`, `usr/bin/awk` …; undefined where the program isn't as described. */
export function busyboxApplets(program: Buffer): string[] | undefined {
  const start = program.indexOf(FIRST_NAMES);
  if (start === -1) return undefined;
  const end = program.indexOf('\0\0', start);
  if (end === -1 || end - start > MOST_NAMES) return undefined;
  const names = program.toString('latin1', start, end).split('\0');
  const known = names.flatMap((name, index) => {
    const folder = KNOWN[name];
    return folder === undefined
      ? []
      : [{ byte: index >> 1, shift: (index & 1) * 4, value: FOLDERS.indexOf(folder) }];
  });
  const size = (names.length + 1) >> 1;
  if (known.length < Object.keys(KNOWN).length / 2) return undefined;
  const places: number[] = [];
  for (let at = 0; at + size <= program.length; at++) {
    if (known.every(({ byte, shift, value }) => ((program[at + byte]! >> shift) & 15) === value))
      places.push(at);
  }
  if (places.length !== 1) return undefined;
  return names.map((name, index) => {
    const folder = FOLDERS[(program[places[0]! + (index >> 1)]! >> ((index & 1) * 4)) & 15];
    return `${folder ?? ''}${name}`;
  });
}
