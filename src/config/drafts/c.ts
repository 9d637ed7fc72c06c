import { firstMatch, plainVersion, projectName, type Draft, type Kind, type ProjectFiles } from './draft.ts';

const OLD = 'An old release gives a low floor: what is built here runs on Debian 11 and whatever is newer.';

/** A compiler of C for this CPU and one that compiles across: no emulation for arm64. */
const gcc = {
  'debian-11': '{ debian: bullseye, packages: [gcc, libc6-dev, make, musl-tools] }',
  'debian-11-cross': '{ debian: bullseye, packages: [gcc-aarch64-linux-gnu, libc6-dev-arm64-cross, make] }',
};

const gccTargets = {
  'linux-x64-gnu': '{ environment: debian-11, arch: x64, env: { CC: gcc }, promise: ["glibc:2.31"] }',
  'linux-x64-musl':
    '{ environment: debian-11, arch: x64, libc: musl, env: { CC: musl-gcc, LDFLAGS: -static }, promise: [static] }',
  'linux-arm64-gnu':
    '{ environment: debian-11-cross, arch: arm64, builder: x64, env: { CC: aarch64-linux-gnu-gcc }, promise: ["glibc:2.31"] }',
};

const gxxTargets = {
  'linux-x64-gnu': '{ environment: debian-11, arch: x64, promise: ["glibc:2.31"] }',
  'linux-arm64-gnu':
    '{ environment: debian-11-cross, arch: arm64, builder: x64, env: { CC: aarch64-linux-gnu-gcc, CXX: aarch64-linux-gnu-g++ }, promise: ["glibc:2.31"] }',
};

function gxx(...tools: readonly string[]): Draft['environments'] {
  const list = tools.join(', ');
  return {
    'debian-11': `{ debian: bullseye, packages: [g++, ${list}] }`,
    'debian-11-cross': `{ debian: bullseye, packages: [g++-aarch64-linux-gnu, ${list}] }`,
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
      notes: [OLD, 'The libraries that it needs go under `packages:`, such as zlib1g-dev.'],
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
      notes: [OLD, 'The libraries that it needs go under `packages:`, such as zlib1g-dev.'],
      environments: { 'debian-11': '{ debian: bullseye, packages: [g++, meson, ninja-build, pkg-config] }' },
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
    };
  },
};

export const configure: Kind = {
  file: 'configure',
  draft: (files) => ({
    what: 'a project with a configure script',
    name: projectName(undefined, files),
    notes: [OLD, 'Which file `make` leaves is a guess: see `artifacts`.'],
    environments: gcc,
    targets: {
      ...gccTargets,
      'linux-arm64-gnu': gccTargets['linux-arm64-gnu'].replace('CC:', 'HOST: --host=aarch64-linux-gnu, CC:'),
    },
    steps: [
      '{ name: configure, run: "./configure ${HOST:-}" }',
      '{ name: compile, run: \'make -j"$JOBS"\' }',
    ],
    artifacts: [builtArtifact('', programOf(files), undefined, projectName(undefined, files))],
  }),
};

export const make: Kind = {
  file: 'Makefile',
  draft: (files) => ({
    what: 'a project with a Makefile',
    name: projectName(undefined, files),
    notes: [OLD, 'Which file `make` leaves is a guess: see `artifacts`.'],
    environments: gcc,
    targets: gccTargets,
    steps: ['{ name: compile, run: \'make CC="$CC"\' }'],
    artifacts: [builtArtifact('', programOf(files), undefined, projectName(undefined, files))],
  }),
};

/** What Makefiles call the file that they make. */
function programOf(files: ProjectFiles): string | undefined {
  return firstMatch(
    files.read('Makefile') ?? files.read('Makefile.in'),
    /^(?:PROG|PROGRAM|TARGET|BIN|EXE|EXECUTABLE|OUT)\s*[:?]?=\s*([\w./+-]+)\s*$/m,
    /^all\s*:\s*([\w./+-]+)\s*$/m,
  );
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
