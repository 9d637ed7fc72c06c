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
import {
  cmakeFiles,
  librariesOfAutoconf,
  mesonFiles,
  needsOfCmake,
  needsOfMeson,
  packagesOf,
  toolsOfAutoconf,
  type BuildFile,
} from './needs.ts';

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

export const cmake: Kind = {
  file: 'CMakeLists.txt',
  draft(files) {
    const text = files.read('CMakeLists.txt');
    const { libraries, tools } = needsOfCmake(files);
    const name = projectName(firstMatch(text, /\bproject\s*\(\s*"?([\w.+-]+)/i), files);
    return {
      what: 'a project of CMake',
      name,
      version: plainVersion(firstMatch(text, /\bproject\s*\([^)]*\bVERSION\s+([\w.+-]+)/i)),
      notes: [...OLD, ...(libraries.length > 0 ? LIBRARIES : NO_LIBRARIES)],
      environments: againstLibraries(libraries, ['cmake', 'ninja-build', ...tools], 'g++'),
      targets: sysrootTargets,
      steps: [
        '{ name: configure, run: cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release }',
        '{ name: compile, run: cmake --build build }',
      ],
      artifacts: [
        builtBelow(
          cmakeFiles(files),
          /\badd_executable\s*\(\s*"?(\$\{PROJECT_NAME\}|[\w.+-]+)/gi,
          /\badd_library\s*\(\s*"?([\w.+-]+)"?\s+SHARED/gi,
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
    const { libraries, tools } = needsOfMeson(files);
    const name = projectName(firstMatch(text, /\bproject\s*\(\s*'([^']+)'/), files);
    return {
      what: 'a project of Meson',
      name,
      version: plainVersion(firstMatch(text, /\bversion\s*:\s*'([^']+)'/)),
      notes: [...OLD, ...(libraries.length > 0 ? LIBRARIES : NO_LIBRARIES)],
      environments: againstLibraries(libraries, ['meson', 'ninja-build', ...tools], 'g++'),
      targets: sysrootTargets,
      steps: [
        '{ name: configure, run: meson setup build --buildtype=release --cross-file "$TARGETRY_MESON_CROSS" }',
        '{ name: compile, run: ninja -C build }',
      ],
      artifacts: [
        builtBelow(
          mesonFiles(files),
          /\bexecutable\s*\(\s*'([^']+)'/g,
          /\b(?:shared_library|library)\s*\(\s*'([^']+)'/g,
          name,
        ),
      ],
      proof: fromDebian12,
    };
  },
};

const LIBRARIES = [
  'The sysroot has every library that the project asks for: take out what the program shall not be linked with. Debian has none of',
  'them for musl; Alpine has, for `sysroot: { alpine: … }`. Where a bare release lacks them, `targetry prove` says which environment',
  'to prove it in.',
];

const NO_LIBRARIES = [
  'The libraries that it needs go under `packages:` of the sysroot, such as zlib1g-dev. Debian has none for musl; Alpine has, for',
  '`sysroot: { alpine: … }`.',
];

const GUESS = 'Which file `make` leaves is a guess: see `artifacts`.';

export const configure: Kind = { file: 'configure', draft: (files) => configured(files, false) };

/** As the repository of such a project is: its `configure` is made for releases only. */
export const autotools: Kind = {
  file: 'configure.ac',
  draft: (files) => configured(files, true),
};

const AUTOTOOLS = ['autoconf', 'automake', 'libtool', 'pkg-config'];

function configured(files: ProjectFiles, isMade: boolean): Draft {
  const input = files.read('configure.ac');
  // A release has what these make.
  const tools = isMade ? [...AUTOTOOLS, ...toolsOfAutoconf(input)] : [];
  const init = /^AC_INIT\(\s*\[?(?:GNU )?([\w.+-]+)\]?\s*(?:,\s*\[?([\w.+-]+)\]?\s*[,)])?/m.exec(input ?? '');
  const name = projectName(init?.[1], files);
  // Of shared libraries libtool would leave a script that starts the program, and its `-static` is one of its own.
  const libtool = /^\s*(?:LT_INIT|AC_PROG_LIBTOOL)\b/m.test(input ?? '');
  const options = libtool ? ' --disable-shared' : '';
  const libraries = librariesOfAutoconf(input, files);
  const alike = {
    what: isMade ? 'a project of autoconf' : 'a project with a configure script',
    name,
    version: plainVersion(init === null ? nameAndVersion(files.name).version : init[2]),
    artifacts: [builtArtifact('', programOf(files), undefined, name)],
    proof: fromDebian12,
  };
  const prepare = isMade ? ['{ name: autoreconf, run: autoreconf -fi }'] : [];
  if (libraries.length > 0) {
    return {
      ...alike,
      notes: [...OLD, GUESS, ...LIBRARIES],
      environments: againstLibraries(libraries, ['make', ...tools]),
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
    environments: gcc(...tools),
    targets: gccTargets,
    steps: [
      muslForArm64,
      ...prepare,
      `{ name: configure, run: "./configure \${HOST:+--host=$HOST}${options}" }`,
      `{ name: compile, run: 'make -j"$JOBS"${libtool ? ' ${LDFLAGS:+LDFLAGS=-all-static}' : ''}' }`,
    ],
  };
}

function againstLibraries(
  libraries: readonly string[],
  tools: readonly string[],
  compiler: 'gcc' | 'g++' = 'gcc',
): Draft['environments'] {
  const packages = [compiler, `${compiler}-aarch64-linux-gnu`, ...new Set([...tools, 'pkg-config'])];
  const ofCompiler = compiler === 'gcc' ? ['libc6-dev'] : ['libc6-dev', 'libstdc++-12-dev'];
  const sysroot = `{ debian: bookworm, packages: [${[...ofCompiler, ...libraries].join(', ')}] }`;
  return {
    bookworm: `{ debian: bookworm, packages: [${packages.join(', ')}], sysroot: ${sysroot} }`,
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
      environments: crosses ? gcc() : againstLibraries(libraries, ['make']),
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

/** What is called as the project is, else the first program, else the first library. */
function builtBelow(files: readonly BuildFile[], program: RegExp, library: RegExp, name: string): string {
  const found = (pattern: RegExp) =>
    files
      .filter(({ folder }) => !/^(?:tests?|examples?|bench\w*|fuzz\w*)\//.test(folder))
      .flatMap(({ folder, text }) => [...text.matchAll(pattern)].map(([, word]) => ({ folder, word: word! })))
      .map(({ folder, word }) => ({ path: `build/${folder}`, word: word.startsWith('$') ? name : word }));
  const programs = found(program);
  const chosen = programs.find(({ word }) => word.toLowerCase() === name.toLowerCase()) ?? programs[0];
  const [shared] = found(library);
  return chosen === undefined
    ? builtArtifact(shared?.path ?? 'build/', undefined, shared?.word, name)
    : builtArtifact(chosen.path, chosen.word, undefined, name);
}

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
