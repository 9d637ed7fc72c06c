/**
 * Packages of distros: their CPU and what they depend on, against what the files need.
 *
 * apk and rpm name libraries themselves (`so:libz.so.1`, `libz.so.1()(64bit)`), so a dependency that is missing is seen
 * at once. Debian names packages, and which package has a library is known only by habit (`libfoo.so.2` is in `libfoo2`),
 * so there only the libc, which is certain, is an error.
 */
import { compareDotted } from '../../abi/dotted.ts';
import { parseArch, cpuOf } from '../../abi/cpu.ts';
import type { Problem } from '../report.ts';
import type { Contents, FoundElf, PackageFacts } from '../walk/contents.ts';
import { loadable, namesOf, type Judged } from './judged.ts';

export function judgeDistroPackage(contents: Contents): Judged {
  const facts = contents.package;
  if (facts === undefined) return { claims: {}, problems: [] };
  const { name, version, arch, depends } = facts;
  const files = loadable(contents);
  const problems = archProblems(facts, files);
  const own = new Set(
    files.flatMap(({ audit }) => [audit.soname ?? '', audit.path.slice(audit.path.lastIndexOf('/') + 1)]),
  );
  if (contents.kind === 'deb')
    problems.push(...debLibcProblems(facts, files), ...debProblems(facts, files, own));
  else problems.push(...libraryProblems(contents.kind === 'apk' ? 'apk' : 'rpm', facts, files, own));
  return { claims: { name, version, arch, depends }, problems };
}

/** CPUs whose files a package of another may hold: 32-bit libraries for 64-bit systems. */
const COMPANIONS: Readonly<Record<string, string>> = {
  x86_64: 'i386',
  aarch64: 'arm',
  ppc64le: 'ppc64',
  s390x: 's390',
};

const MACHINES: Readonly<Record<string, string>> = {
  armel: 'arm',
  armhf: 'arm',
  armv7hl: 'arm',
  i586: 'i386',
  i486: 'i386',
  loong64: 'loongarch64',
  loongarch64: 'loongarch64',
};

function machineOf(arch: string): string | undefined {
  const known = parseArch(arch);
  return known === undefined ? MACHINES[arch] : cpuOf(known).machine;
}

function archProblems({ arch }: PackageFacts, files: readonly FoundElf[]): Problem[] {
  const machine = machineOf(arch);
  if (machine === undefined || files.length === 0) return [];
  const foreign = files.filter(
    ({ audit }) => audit.machine !== machine && audit.machine !== COMPANIONS[machine],
  );
  // Firmware, cross compilers and emulators are for another CPU by nature; they come beside files for this one.
  if (foreign.length < files.length) return [];
  return [
    {
      code: 'claim-arch-false',
      severity: 'error',
      message: `the package says ${arch}, but ${namesOf(foreign)} is for ${foreign[0]!.audit.machine}`,
      hint: 'build the package for that CPU, or correct its architecture',
      path: null,
    },
  ];
}

function libraryProblems(
  kind: 'apk' | 'rpm',
  { depends, provides }: PackageFacts,
  files: readonly FoundElf[],
  own: ReadonlySet<string>,
): Problem[] {
  const pattern = kind === 'apk' ? /^so:([^<>=~]+)/ : /^([^()\s]+)\(/;
  const libraries = (list: readonly string[]): string[] =>
    list.flatMap((item) => pattern.exec(item)?.[1] ?? []);
  const known = new Set([...own, ...libraries(depends), ...libraries(provides)]);
  // A package that names no library at all was packed by hand; one word about it is enough.
  const missing = new Map<string, FoundElf[]>();
  for (const file of files) {
    for (const library of file.audit.needed) {
      if (known.has(library) || /^ld-linux|^ld64/.test(library)) continue;
      missing.set(library, [...(missing.get(library) ?? []), file]);
    }
  }
  return [...missing].map(([library, users]) => ({
    code: 'claim-dependency-missing',
    severity: 'warning',
    message: `${namesOf(users)} needs ${library}, which the package neither holds nor depends on`,
    hint: kind === 'apk' ? `add so:${library} to its dependencies` : `add a Requires for ${library}`,
    path: users[0]!.audit.path,
  }));
}

/** `libc6 (>= 2.31)` against the floor of the files. */
function debLibcProblems({ name, depends }: PackageFacts, files: readonly FoundElf[]): Problem[] {
  const dynamic = files.filter(({ audit }) => audit.libc === 'glibc' && audit.needed.length > 0);
  if (dynamic.length === 0 || /^libc6(?:[.-]|$)/.test(name) || depends.length === 0) return [];
  const relations = depends.flatMap((group) => group.split('|')).map((relation) => relation.trim());
  const libc = relations.flatMap(
    (relation) => /^libc6(?:-\w+)?(?::\w+)?\s*(?:\((.*)\))?$/.exec(relation) ?? [],
  );
  const highest = dynamic.reduce((a, b) => (compareDotted(floorOf(a), floorOf(b)) >= 0 ? a : b));
  if (libc.length === 0) return [];
  const stated = relations
    .map((relation) => /^libc6(?:-\w+)?(?::\w+)?\s*\((?:>=|>>|=)\s*(?:\d+:)?([\d.]+)/.exec(relation)?.[1])
    .filter((version) => version !== undefined);
  if (stated.some((version) => compareDotted(version.replace(/\.$/, ''), floorOf(highest)) >= 0)) return [];
  const { audit } = highest;
  const symbol = audit.forcedBy.GLIBC?.find(({ symbol }) => symbol !== null)?.symbol;
  return [
    {
      code: 'claim-dependency-false',
      severity: 'error',
      message: `it depends on libc6${stated[0] === undefined ? '' : ` (>= ${stated[0]})`}, but ${audit.path} needs glibc ${floorOf(highest)}${symbol === undefined ? '' : ` (${symbol})`}`,
      hint: `depend on libc6 (>= ${floorOf(highest)}): dpkg-shlibdeps finds it out`,
      path: audit.path,
    },
  ];
}

function floorOf({ audit }: FoundElf): string {
  return audit.floor.GLIBC ?? '0';
}

/** Packages whose names say nothing of the libraries in them, by the start of a library's name. */
const DEBIAN_NAMES: readonly (readonly [library: RegExp, name: RegExp])[] = [
  [
    /^(?:libc|libm|libmvec|libdl|librt|libpthread|libutil|libanl|libresolv|libnsl)\.so|^ld-linux|^ld64/,
    /^libc6/,
  ],
  [/^libgcc_s\./, /^libgcc/],
  [/^libz\.so/, /^zlib1g/],
  [/^libcrypto\./, /^libssl/],
  [/^lib(?:glib|gobject|gio|gmodule|gthread)-2/, /^libglib2/],
  [/^lib(?:gdk|gtk)-/, /^libgtk/],
  [/^lib(?:gdk|gtk)mm-/, /^libgtkmm/],
  [/^lib(?:gio|glib)mm-/, /^libglibmm/],
  [/^lib(?:tic|ncurses|panel|form|menu)/, /^lib(?:ncurses|tinfo)/],
  [/^lib(?:ssl3|nssutil3|smime3|nss3)\.so/, /^libnss3/],
  [/^lib(?:plc4|plds4|nspr4)\.so/, /^libnspr4/],
  [/^lib(?:lber|ldap)/, /^libldap/],
  [/^libicu/, /^libicu/],
  [/^lib(?:Iex|IlmThread|OpenEXR)/, /^libopenexr/],
  [/^lib(?:bfd|opcodes|ctf|sframe)/, /^libbinutils|^libctf|^libsframe|^libopcodes/],
];

/**
 * A library that the package neither holds nor names. Debian names the package after the library, and where that is not
 * so the table above helps; a package that depends on another of its own version may get anything through it.
 */
function debProblems(
  { name, version, depends, recommends }: PackageFacts,
  files: readonly FoundElf[],
  own: ReadonlySet<string>,
): Problem[] {
  if (/^libc6(?:[.-]|$)/.test(name) || depends.some((group) => group.includes(`(= ${version})`))) return [];
  // Plug-ins may need what their package only recommends.
  const names = [...depends, ...recommends].flatMap((group) =>
    group.split('|').map((relation) => /^[^\s:(]+/.exec(relation.trim())?.[0] ?? ''),
  );
  const missing = new Map<string, FoundElf[]>();
  for (const file of files) {
    for (const library of file.audit.needed) {
      if (own.has(library) || names.some((candidate) => mayHold(candidate, library))) continue;
      missing.set(library, [...(missing.get(library) ?? []), file]);
    }
  }
  return [...missing].map(([library, users]) => ({
    code: 'claim-dependency-missing',
    severity: 'warning',
    message: `${namesOf(users)} needs ${library}, and no dependency is named like a package that has it`,
    hint: 'let dpkg-shlibdeps write the dependencies',
    path: users[0]!.audit.path,
  }));
}

function mayHold(debianName: string, library: string): boolean {
  const known = DEBIAN_NAMES.find(([pattern]) => pattern.test(library));
  if (known !== undefined) return known[1].test(debianName);
  const stem = plain(library.replace(/\.so.*$/, '').replace(/^lib/, ''));
  const letters = stem.replace(/\d+/g, '');
  // `libcurl-gnutls.so.4` is in libcurl3-gnutls; of `libX11.so.6` the number is half the name.
  if (letters.length < 3) return plain(debianName).includes(stem);
  const name = plain(debianName).replace(/t64$/, '').replace(/\d+/g, '');
  const family = name.replace(/^lib/, '');
  // One package often has a family of libraries: libbrotli1 has libbrotlienc.so.1.
  return name.includes(letters) || (family.length >= 3 && letters.startsWith(family));
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9+]/g, '');
}
