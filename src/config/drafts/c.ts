import {
  firstMatch,
  fromDebian12,
  plainVersion,
  projectName,
  nameAndVersion,
  type Draft,
  type Kind,
  type ProjectFiles,
} from './draft.ts';

/** Of the releases that are still mended the oldest. */
const OLD = [
  'An old release gives a low floor: what is built here runs on Debian 12 and whatever is newer. Debian 11 (bullseye) would go',
  'back to glibc 2.31, and has no security updates any more.',
];

/** Compilers of C for both libcs and both CPUs: no emulation for arm64. */
const gccPackages = [
  'gcc',
  'libc6-dev',
  'make',
  'musl-tools',
  'gcc-aarch64-linux-gnu',
  'libc6-dev-arm64-cross',
  '"musl-dev:arm64"',
];

function gcc(...tools: readonly string[]): Draft['environments'] {
  return { bookworm: `{ debian: bookworm, packages: [${[...gccPackages, ...tools].join(', ')}] }` };
}

const muslSpecs = '/usr/local/lib/musl-arm64.specs';

const gccTargets = {
  'linux-x64-gnu': '{ environment: bookworm, arch: x64, env: { CC: gcc }, promise: ["glibc:2.36"] }',
  'linux-x64-musl':
    '{ environment: bookworm, arch: x64, libc: musl, env: { CC: musl-gcc, LDFLAGS: -static }, promise: [static] }',
  'linux-arm64-gnu':
    '{ environment: bookworm, arch: arm64, builder: x64, env: { HOST: aarch64-linux-gnu, CC: aarch64-linux-gnu-gcc }, promise: ["glibc:2.36"] }',
  'linux-arm64-musl': `{ environment: bookworm, arch: arm64, builder: x64, libc: musl, env: { HOST: aarch64-linux-gnu, CC: aarch64-linux-gnu-gcc -specs=${muslSpecs}, LDFLAGS: -static }, promise: [static] }`,
};

/** Debian has musl for arm64, and its compiler's recipe for musl only for the CPU that builds. */
const muslForArm64 = `{ name: musl for arm64, run: "sed s/x86_64/aarch64/g /usr/lib/x86_64-linux-musl/musl-gcc.specs >${muslSpecs}", only: { target: linux-arm64-musl } }`;

const gxxTargets = {
  'linux-x64-gnu': '{ environment: bookworm, arch: x64, promise: ["glibc:2.36"] }',
  'linux-arm64-gnu':
    '{ environment: bookworm-cross, arch: arm64, builder: x64, env: { CC: aarch64-linux-gnu-gcc, CXX: aarch64-linux-gnu-g++ }, promise: ["glibc:2.36"] }',
};

function gxx(...tools: readonly string[]): Draft['environments'] {
  const list = tools.join(', ');
  return {
    bookworm: `{ debian: bookworm, packages: [g++, ${list}] }`,
    'bookworm-cross': `{ debian: bookworm, packages: [g++-aarch64-linux-gnu, ${list}] }`,
  };
}

export const cmake: Kind = {
  file: 'CMakeLists.txt',
  draft(files) {
    const text = files.read('CMakeLists.txt');
    const name = projectName(firstMatch(text, /\bproject\s*\(\s*"?([\w.+-]+)/i), files);
    return {
      what: 'a project of CMake',
      name,
      version: plainVersion(firstMatch(text, /\bproject\s*\([^)]*\bVERSION\s+([\w.+-]+)/i)),
      notes: [...OLD, 'The libraries that it needs go under `packages:`, such as zlib1g-dev.'],
      environments: gxx('cmake', 'ninja-build'),
      targets: gxxTargets,
      steps: [
        '{ name: configure, run: cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release }',
        '{ name: compile, run: cmake --build build }',
      ],
      artifacts: [
        builtArtifact(
          'build/',
          firstMatch(text, /\badd_executable\s*\(\s*"?([\w.+-]+)/i),
          firstMatch(text, /\badd_library\s*\(\s*"?([\w.+-]+)"?\s+SHARED/i),
          name,
        ),
      ],
      proof: fromDebian12,
    };
  },
};

export const meson: Kind = {
  file: 'meson.build',
  draft(files) {
    const text = files.read('meson.build');
    const name = projectName(firstMatch(text, /\bproject\s*\(\s*'([^']+)'/), files);
    return {
      what: 'a project of Meson',
      name,
      version: plainVersion(firstMatch(text, /\bversion\s*:\s*'([^']+)'/)),
      notes: [...OLD, 'The libraries that it needs go under `packages:`, such as zlib1g-dev.'],
      environments: { bookworm: '{ debian: bookworm, packages: [g++, meson, ninja-build, pkg-config] }' },
      targets: { 'linux-x64-gnu': gxxTargets['linux-x64-gnu'] },
      steps: [
        '{ name: configure, run: meson setup build --buildtype=release }',
        '{ name: compile, run: ninja -C build }',
      ],
      artifacts: [
        builtArtifact(
          'build/',
          firstMatch(text, /\bexecutable\s*\(\s*'([^']+)'/),
          firstMatch(text, /\b(?:shared_library|library)\s*\(\s*'([^']+)'/),
          name,
        ),
      ],
      proof: fromDebian12,
    };
  },
};

const GUESS = 'Which file `make` leaves is a guess: see `artifacts`.';

export const configure: Kind = { file: 'configure', draft: (files) => configured(files, []) };

/** As the repository of such a project is: its `configure` is made for releases only. */
export const autotools: Kind = {
  file: 'configure.ac',
  draft: (files) => configured(files, ['autoconf', 'automake', 'libtool', 'pkg-config']),
};

function configured(files: ProjectFiles, autotools: readonly string[]): Draft {
  const input = files.read('configure.ac');
  const init = /^AC_INIT\(\s*\[?(?:GNU )?([\w.+-]+)\]?\s*(?:,\s*\[?([\w.+-]+)\]?\s*[,)])?/m.exec(input ?? '');
  const name = projectName(init?.[1], files);
  // Of shared libraries libtool would leave a script that starts the program, and its `-static` is one of its own.
  const libtool = /^\s*(?:LT_INIT|AC_PROG_LIBTOOL)\b/m.test(input ?? '');
  const options = libtool ? ' --disable-shared' : '';
  const libraries = librariesOf(input, files);
  const alike = {
    what: autotools.length === 0 ? 'a project with a configure script' : 'a project of autoconf',
    name,
    version: plainVersion(init === null ? nameAndVersion(files.name).version : init[2]),
    artifacts: [builtArtifact('', programOf(files), undefined, name)],
    proof: fromDebian12,
  };
  const prepare = autotools.length === 0 ? [] : ['{ name: autoreconf, run: autoreconf -fi }'];
  if (libraries.length > 0) {
    return {
      ...alike,
      notes: [...OLD, GUESS, ...LIBRARIES],
      environments: againstLibraries(libraries, autotools),
      targets: sysrootTargets,
      steps: [
        ...prepare,
        `{ name: configure, run: ./configure${options} }`,
        '{ name: compile, run: \'make -j"$JOBS"\' }',
      ],
    };
  }
  return {
    ...alike,
    notes: [...OLD, GUESS],
    environments: gcc(...autotools),
    targets: gccTargets,
    steps: [
      muslForArm64,
      ...prepare,
      `{ name: configure, run: "./configure \${HOST:+--host=$HOST}${options}" }`,
      `{ name: compile, run: 'make -j"$JOBS"${libtool ? ' ${LDFLAGS:+LDFLAGS=-all-static}' : ''}' }`,
    ],
  };
}

const LIBRARIES = [
  'The sysroot has every library that the project asks for: take out what the program shall not be linked with. Debian has none of',
  'them for musl; Alpine has, for `sysroot: { alpine: … }`.',
];

/** Packages with what `configure.ac` looks for besides the libc, whether it must have it or can do without. */
function librariesOf(configureAc: string | undefined, files: ProjectFiles): string[] {
  const text = (configureAc ?? '').replaceAll(/^\s*(?:dnl\b|#).*$/gm, '');
  const first = text.matchAll(/_(?:LIB|SCRIPT)\(\s*\[?([\w.+-]+)/g);
  const second = text.matchAll(
    /_(?:SEARCH_LIBS|CHECK_MODULES)\(\s*\[?\w+\]?\s*,\s*(?:\[([^\]]*)\]|([\w.+-]+))/g,
  );
  const names = [...first, ...second].flatMap(([, list, word]) => (list ?? word ?? '').split(/[\s,]+/));
  return packagesOf(names, files);
}

function packagesOf(libraries: readonly string[], files: ProjectFiles): string[] {
  const packages = libraries.flatMap((library) => files.packageOf(library)?.split(' ') ?? []);
  return [...new Set(packages)].filter((one) => !OF_LIBC.test(one)).sort();
}

const OF_LIBC = /^(?:libc6-dev|libcrypt-dev|gcc|g\+\+)$/;

function againstLibraries(libraries: readonly string[], autotools: readonly string[]): Draft['environments'] {
  const compilers = ['gcc', 'gcc-aarch64-linux-gnu', 'make', ...new Set([...autotools, 'pkg-config'])];
  const sysroot = `{ debian: bookworm, packages: [${['libc6-dev', ...libraries].join(', ')}] }`;
  return {
    bookworm: `{ debian: bookworm, packages: [${compilers.join(', ')}], sysroot: ${sysroot} }`,
  };
}

const sysrootTargets = {
  'linux-x64-gnu': '{ environment: bookworm, arch: x64, promise: ["glibc:2.36"] }',
  'linux-arm64-gnu': '{ environment: bookworm, arch: arm64, promise: ["glibc:2.36"] }',
};

export const make: Kind = {
  file: 'Makefile',
  draft(files) {
    const name = projectName(undefined, files);
    const text = files.read('Makefile') ?? '';
    const program = programOf(files) ?? firstGoal(text);
    const libraries = packagesOf(
      [...text.matchAll(/\s-l([\w.+-]+)/g)].map(([, library]) => library!),
      files,
    );
    const crosses = libraries.length === 0;
    const compile = `{ name: compile, run: 'make ${makeArguments(text, program ?? name, crosses)}' }`;
    return {
      what: 'a project with a Makefile',
      name,
      version: nameAndVersion(files.name).version,
      notes: [...OLD, GUESS, ...(crosses ? [] : LIBRARIES)],
      environments: crosses ? gcc() : againstLibraries(libraries, []),
      targets: crosses ? gccTargets : sysrootTargets,
      steps: crosses ? [muslForArm64, compile] : [compile],
      artifacts: [builtArtifact('', program, undefined, name)],
      proof: fromDebian12,
    };
  },
};

/**
 * Variables of the environment don't win over what a Makefile sets, those of the command do. Where there is a rule for
 * the program itself, it is asked for: what `all` has besides may run what was built, which another CPU can't.
 */
function makeArguments(makefile: string, program: string, crosses: boolean): string {
  const goal = makefile.split('\n').some((line) => line.startsWith(`${program}:`)) ? [program] : [];
  const tools = ['AR', 'RANLIB', 'STRIP']
    .filter((tool) => new RegExp(`\\b${tool}\\b`).test(makefile))
    .map((tool) => (crosses ? `${tool}="\${HOST:+$HOST-}${tool.toLowerCase()}"` : `${tool}="$${tool}"`));
  const flags = /^LDFLAGS\s*:?=\s*$/m.test(makefile) ? ['LDFLAGS="${LDFLAGS:-}"'] : [];
  return [...goal, 'CC="$CC"', ...tools, ...flags].join(' ');
}

/** What Makefiles call the file that they make, with its folder where it is `src/`. */
function programOf(files: ProjectFiles): string | undefined {
  const makefiles = (folder: string) =>
    ['Makefile', 'Makefile.in', 'Makefile.am'].map((name) => files.read(`${folder}${name}`) ?? '').join('\n');
  const inSource = firstMatch(makefiles('src/'), BIN_PROGRAMS);
  return (
    firstMatch(
      makefiles(''),
      /^(?:PROG|PROGRAM|TARGET|BIN|EXE|EXECUTABLE|OUT)\s*[:?]?=\s*([\w./+-]+)\s*$/m,
      BIN_PROGRAMS,
    ) ??
    (inSource && `src/${inSource}`) ??
    firstMatch(makefiles(''), /^all\s*:\s*(?!\S+\.[ho]\b)([\w./+-]+)\s*$/m)
  );
}

/** What `make` makes where it is asked for nothing, unless that is a word for all there is. */
function firstGoal(makefile: string): string | undefined {
  const goal = firstMatch(makefile, /^([A-Za-z][\w./+-]*)\s*:(?!=)/m);
  return goal !== undefined && /^(?:all|default|help|build|compile|everything)$/.test(goal)
    ? undefined
    : goal;
}

const BIN_PROGRAMS = /^bin_PROGRAMS\s*\+?=\s*([\w./+-]+)/m;

function builtArtifact(
  folder: string,
  program: string | undefined,
  library: string | undefined,
  otherwise: string,
): string {
  if (program === undefined && library !== undefined)
    return `{ path: ${folder}lib${library}.so, as: "{target}/lib${library}.so", kind: library }`;
  const path = `${folder}${program ?? otherwise}`;
  return `{ path: ${path}, as: "${path.split('/').at(-1)}-{target}", kind: executable }`;
}
