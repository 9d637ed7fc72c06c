import { posix } from 'node:path';
import { firstMatch, plainVersion, projectName, type Kind, type ProjectFiles } from './draft.ts';
import { maturinDraft } from './maturin.ts';
import { membersInToml } from './members.ts';
import { buildBackend, buildRequires, compilesCrate, installStep } from './python-requires.ts';

/** Debian's releases, the oldest first, by what they bring. */
const pythons = [
  { suite: 'bookworm', number: 12, python: 11, setuptools: 66, glibc: '2_36', gcc: 12 },
  { suite: 'trixie', number: 13, python: 13, setuptools: 78, glibc: '2_41', gcc: 14 },
] as const;

export const python: Kind = {
  file: 'pyproject.toml',
  draft(files) {
    const text = files.read('pyproject.toml') ?? '';
    if (buildBackend(text) === 'maturin') return maturinDraft(files);
    const folders = nativeMembers(files);
    const places = folders.length === 0 ? ['.'] : folders.map((folder) => `./${folder}`);
    const projects = places.map((place) => files.read(posix.join(place, 'pyproject.toml')) ?? '');
    const setups = places.map((place) => files.read(posix.join(place, 'setup.py')) ?? '');
    const most = (pattern: RegExp) =>
      Math.max(...projects.map((one) => Number(firstMatch(one, pattern) ?? 0)));
    const needs = {
      python: most(/^requires-python\s*=\s*["']\s*>=\s*3\.(\d+)/m),
      setuptools: Math.max(
        most(/["']setuptools\s*(?:\[[^\]]*\]\s*)?(?:>=?|==|~=)\s*(\d+)/),
        projects.some(hasLicenseExpression) ? SETUPTOOLS_OF_LICENSE_EXPRESSIONS : 0,
      ),
    };
    const recent = pythons.at(-1)!;
    // What comes from the index serves every release, and the oldest has the lowest floor.
    const debian = projects.every(backendOfDebian) && needs.setuptools <= recent.setuptools;
    // Debian 12's Rust is too old for most crates.
    const rust = projects.some(compilesCrate);
    const { suite, number, glibc, gcc } =
      pythons.find(
        (one) => !rust && needs.python <= one.python && (!debian || needs.setuptools <= one.setuptools),
      ) ?? recent;
    const cxx = /\.(?:cc|cpp|cxx)\b|["']c\+\+["']/.test([...projects, ...setups].join('\n'));
    const cmake = setups.some((one) => /["']cmake["']/.test(one));
    // setuptools-rust takes the CPU from behind a hyphen, which is none in the name of a wheel.
    const target = (arch: string, machine: string) =>
      `{ environment: ${suite}, arch: ${arch}, env: { _PYTHON_HOST_PLATFORM: manylinux_${glibc}${rust ? '-' : '_'}${machine} }, promise: [manylinux_${glibc}] }`;
    return {
      what: folders.length === 0 ? 'a Python package' : 'a workspace of Python',
      name: projectName(
        firstMatch(text, /^name\s*=\s*["']([^"']+)["']/m) ?? nameInSetup(files.read('setup.py')),
        files,
      ),
      version: plainVersion(firstMatch(text, /^version\s*=\s*["']([^"']+)["']/m)),
      notes: [
        `Built by the Python of Debian ${number}, for arm64 too without emulation. The tag is that of its glibc; the summary of the`,
        'build names the oldest one that the wheel may carry. Wheels for musl come of Alpine: docs/how/python-wheel.md shows how.',
        ...(debian
          ? []
          : [
              'What the build asks for comes from the index of Python packages, in a step of its own with network.',
            ]),
      ],
      environments: { [suite]: environmentOf({ suite, gcc }, { cxx, cmake, rust }) },
      targets: { 'linux-x64': target('x64', 'x86_64'), 'linux-arm64': target('arm64', 'aarch64') },
      steps: [
        ...(debian ? [] : [installStep([...new Set(projects.flatMap(buildRequires))])]),
        `{ name: wheel, run: python3 -m pip wheel --no-deps --no-build-isolation -w wheels ${places.join(' ')}${rust ? ', network: true' : ''} }`,
      ],
      artifacts: ['{ path: "wheels/*.whl", kind: wheel }'],
      // Others have another Python.
      proof: [`debian-${number}`],
    };
  },
};

/** Of PEP 639: older ones refuse the project. */
const SETUPTOOLS_OF_LICENSE_EXPRESSIONS = 77;

function hasLicenseExpression(text: string): boolean {
  const table = firstMatch(text, /^\[project\]$(.*?)(?=^\[|(?![^]))/ms) ?? '';
  return /^license(?:-files)?\s*=\s*["'[]/m.test(table);
}

const PIP = ['python3-dev', 'python3-pip', 'python3-setuptools', 'python3-wheel'];

function environmentOf(
  { suite, gcc }: Pick<(typeof pythons)[number], 'suite' | 'gcc'>,
  needs: Readonly<Record<'cxx' | 'cmake' | 'rust', boolean>>,
): string {
  const compiler = needs.cxx ? 'g++' : 'gcc';
  const packages = [
    compiler,
    `${compiler}-aarch64-linux-gnu`,
    ...PIP,
    ...(needs.cmake ? ['cmake', 'make'] : []),
    ...(needs.rust ? ['cargo', 'ca-certificates', '"libstd-rust-dev:arm64"'] : []),
  ];
  const libraries = [
    'libc6-dev',
    'libpython3-dev',
    ...(needs.rust ? [`libgcc-${gcc}-dev`] : []),
    ...(needs.cxx ? [`libstdc++-${gcc}-dev`] : []),
  ];
  const sysroot = `{ debian: ${suite}, packages: [${libraries.join(', ')}] }`;
  return `{ debian: ${suite}, packages: [${packages.join(', ')}], sysroot: ${sysroot} }`;
}

/** Of a workspace of uv the members that have something to compile: a wheel of the others is the same for all. */
function nativeMembers(files: ProjectFiles): readonly string[] {
  return membersInToml('pyproject.toml', 'tool.uv.workspace', files).filter((folder) => {
    const backend = buildBackend(files.read(`${folder}/pyproject.toml`)) ?? '';
    return (
      files.read(`${folder}/setup.py`) !== undefined || /^(?:maturin|mesonpy|scikit_build)/.test(backend)
    );
  });
}

/** Whether the build asks for nothing but setuptools, and wheel, which it once needed. */
function backendOfDebian(text: string): boolean {
  const names = buildRequires(text).map((one) => /[\w.-]+/.exec(one)?.[0]);
  return (
    (buildBackend(text) ?? 'setuptools').startsWith('setuptools') &&
    names.every((name) => name === 'setuptools' || name === 'wheel')
  );
}

export const pythonSetup: Kind = {
  file: 'setup.py',
  only: { where: 'without pyproject.toml', holds: (files) => !files.names.has('pyproject.toml') },
  draft: (files) => python.draft(files),
};

function nameInSetup(text: string | undefined): string | undefined {
  return firstMatch(text, /\bname\s*=\s*["']([^"']+)["']/);
}
