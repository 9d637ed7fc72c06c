/** What a program may open at run time although no file says so: told, as a closure that is silent about it looks whole. */
import type { ElfFile } from '../formats/elf/elf-file.ts';
import type { Closure } from './closure.ts';

interface Known {
  readonly symbols: RegExp;
  /** Undefined for any libc. */
  readonly libc: 'glibc' | undefined;
  readonly note: string;
  /** A library that makes the note needless. */
  readonly unless?: string;
}

const known: readonly Known[] = [
  {
    symbols: /^(?:get(?:pw|gr|sp)(?:nam|uid|gid|ent)(?:_r)?|initgroups|getgrouplist)$/,
    libc: 'glibc',
    note: 'users and groups: glibc reads /etc/passwd and /etc/group, and opens what /etc/nsswitch.conf names (before 2.34 also libnss_files.so.2)',
    unless: 'libnss_files.so.2',
  },
  {
    symbols: /^(?:getaddrinfo|gethostby(?:name|addr)(?:2)?(?:_r)?|getnameinfo|res_n?(?:query|search))$/,
    libc: 'glibc',
    note: 'names of hosts: glibc reads /etc/resolv.conf and /etc/hosts, and opens what /etc/nsswitch.conf names (before 2.34 also libnss_files.so.2 and libnss_dns.so.2)',
    unless: 'libnss_dns.so.2',
  },
  {
    symbols: /^iconv_open$/,
    libc: 'glibc',
    note: 'encodings: for all but UTF-8 and its like glibc opens modules of gconv',
  },
  {
    symbols: /^(?:pthread_cancel|pthread_exit|backtrace)$/,
    libc: 'glibc',
    note: 'ending threads and looking at the stack: glibc opens libgcc_s.so.1; take it along with `--with libgcc_s.so.1`',
    unless: 'libgcc_s.so.1',
  },
  {
    symbols: /^(?:X509_STORE_set_default_paths|SSL_CTX_set_default_verify_paths)$/,
    libc: undefined,
    note: 'certificates: those of the system are read, and a closure has none',
  },
  {
    symbols: /^dlm?open$/,
    libc: undefined,
    note: 'dlopen: libraries are opened by name, and no file tells which; take those that you know along with `--with NAME`',
  },
];

/** These ask for all programs, whether those need it or not. */
const ofLibc = /^(?:libc|libpthread|libdl|libresolv|libanl|libnsl|libm|librt|libutil|libstdc\+\+|ld-)[.-]/;

export function closureNotes({ libc, subjects, members }: Closure): readonly string[] {
  if (libc === undefined) return [];
  const names = new Set(members.map(({ name }) => name));
  const files = [...subjects, ...members.filter(({ name }) => !ofLibc.test(name))];
  const asked = files.map(({ name, elf }) => ({ name, symbols: undefinedSymbols(elf) }));
  return known.flatMap(({ symbols, libc: of, note, unless }) => {
    if ((of !== undefined && of !== libc) || (unless !== undefined && names.has(unless))) return [];
    const who = asked.filter((one) => one.symbols.some((symbol) => symbols.test(symbol)));
    return who.length === 0 ? [] : [`${note} (asked by ${who.map(({ name }) => name).join(', ')})`];
  });
}

function undefinedSymbols({ symbols }: ElfFile): readonly string[] {
  const names: string[] = [];
  symbols?.forEachUndefined((name, _, weak) => void (weak || names.push(name)));
  return names;
}
