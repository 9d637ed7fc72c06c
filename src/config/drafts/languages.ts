import { firstMatch, plainVersion, projectName, type Kind, type ProjectFiles } from './draft.ts';
import { NODE, NODE_ABI } from './npm.ts';

export const nodeAddon: Kind = {
  file: 'binding.gyp',
  draft(files) {
    const manifest = files.read('package.json');
    const gyp = files.read('binding.gyp');
    const addon = firstMatch(gyp, /["']target_name["']\s*:\s*["']([\w.-]+)["']/) ?? 'addon';
    const needs = /"(?:dependencies|devDependencies)"\s*:\s*\{\s*"/.test(manifest ?? '');
    const install = files.names.has('package-lock.json') ? 'ci' : 'install';
    // What the package runs before node-gyp when it is installed.
    const before = firstMatch(manifest, /"(?:pre)?install"\s*:\s*"([^"\\]+?)\s*&&\s*node-gyp\b/);
    const stable = ofNodeApi(files);
    return {
      what: 'a Node addon',
      name: projectName(firstMatch(manifest, /"name"\s*:\s*"([^"]+)"/), files),
      version: plainVersion(firstMatch(manifest, /"version"\s*:\s*"([^"]+)"/)),
      notes: stable ? FOR_EVERY_NODE : FOR_ONE_NODE,
      environments: {
        'debian-12': addonEnvironment('g++'),
        'debian-12-cross': addonEnvironment('g++-aarch64-linux-gnu'),
      },
      targets: {
        'linux-x64': '{ environment: debian-12, arch: x64, promise: ["glibc:2.36"] }',
        'linux-arm64':
          '{ environment: debian-12-cross, arch: arm64, builder: x64, env: { CC: aarch64-linux-gnu-gcc, CXX: aarch64-linux-gnu-g++, AR: aarch64-linux-gnu-ar }, promise: ["glibc:2.36"] }',
      },
      steps: [
        ...(needs
          ? [
              `{ name: deps, run: npm ${install} --ignore-scripts, inputs: ["package*.json"], network: true, caches: [npm] }`,
            ]
          : []),
        ...(before === undefined ? [] : [`{ name: prepare, run: '${before.replaceAll("'", "''")}' }`]),
        `{ name: compile, run: 'home=$(npm prefix -g); node "$home/${NODE_GYP}" rebuild --nodedir="$home" --arch="$TARGETRY_ARCH"' }`,
      ],
      artifacts: [
        `{ path: build/Release/${addon}.node, as: "prebuilds/{node.platform}-{node.arch}/${addon}${stable ? '' : `.abi${NODE_ABI}`}.{libc}.node", kind: node-addon }`,
      ],
    };
  },
};

const FOR_EVERY_NODE = [
  'An addon of N-API serves every Node. It is compiled by the node-gyp and against the headers of the Node that `tools:` names,',
  'which is newer than that of Debian 12.',
];

const FOR_ONE_NODE = [
  'Nothing here speaks of N-API, so the addon serves the Node alone against whose headers it is compiled: that of `tools:`. For',
  'another one, name its version there and its number (`process.versions.modules`) in `as:`.',
];

/** Whether the sources, or what brings their headers, are of the interface that all versions of Node share. */
function ofNodeApi(files: ProjectFiles): boolean {
  const gyp = files.read('binding.gyp') ?? '';
  const sources = [...gyp.matchAll(/["']([\w./-]+\.(?:c|cc|cpp|cxx))["']/g)].map(([, path]) => path!);
  return [gyp, files.read('package.json'), ...sources.map((path) => files.read(path))].some((text) =>
    /\bnode_api\.h\b|\bnapi\.h\b|\bnode-addon-api\b/.test(text ?? ''),
  );
}

/** Of npm, as it comes with Node. */
const NODE_GYP = 'lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js';

function addonEnvironment(compiler: string): string {
  return `{ debian: bookworm, packages: [${compiler}, make, python3], tools: { pypi: [${NODE}] } }`;
}

/** Debian's releases, the oldest first, by what they bring. */
const pythons = [
  { suite: 'bookworm', number: 12, python: 11, setuptools: 66, glibc: '2_36', gcc: 12 },
  { suite: 'trixie', number: 13, python: 13, setuptools: 78, glibc: '2_41', gcc: 14 },
] as const;

export const python: Kind = {
  file: 'pyproject.toml',
  draft(files) {
    const text = files.read('pyproject.toml') ?? '';
    const needs = {
      python: Number(firstMatch(text, /^requires-python\s*=\s*["']\s*>=\s*3\.(\d+)/m) ?? 0),
      setuptools: Number(firstMatch(text, /["']setuptools\s*>=\s*(\d+)/) ?? 0),
    };
    const recent = pythons.at(-1)!;
    // What comes from the index serves every release, and the oldest has the lowest floor.
    const debian = backendOfDebian(text) && needs.setuptools <= recent.setuptools;
    const { suite, number, glibc, gcc } =
      pythons.find((one) => needs.python <= one.python && (!debian || needs.setuptools <= one.setuptools)) ??
      recent;
    const cxx = /\.(?:cc|cpp|cxx)\b|["']c\+\+["']/.test(text + (files.read('setup.py') ?? ''));
    const environment = `debian-${number}`;
    const target = (arch: string, machine: string) =>
      `{ environment: ${environment}, arch: ${arch}, env: { _PYTHON_HOST_PLATFORM: manylinux_${glibc}_${machine} }, promise: [manylinux_${glibc}] }`;
    return {
      what: 'a Python package',
      name: projectName(
        firstMatch(text, /^name\s*=\s*["']([^"']+)["']/m) ?? nameInSetup(files.read('setup.py')),
        files,
      ),
      version: plainVersion(firstMatch(text, /^version\s*=\s*["']([^"']+)["']/m)),
      notes: [
        `Built by the Python of Debian ${number}, for arm64 too without emulation. The tag is that of its glibc; the summary of the`,
        'build names the oldest one that the wheel may carry.',
        ...(debian
          ? []
          : [
              'The backend of the build comes from the index of Python packages, so the step needs the network.',
            ]),
      ],
      environments: {
        [environment]: `{ debian: ${suite}, packages: [${cxx ? 'g++, g++-aarch64-linux-gnu' : 'gcc, gcc-aarch64-linux-gnu'}, ${PIP}], sysroot: { debian: ${suite}, packages: [libc6-dev, libpython3-dev${cxx ? `, libstdc++-${gcc}-dev` : ''}] } }`,
      },
      targets: { 'linux-x64': target('x64', 'x86_64'), 'linux-arm64': target('arm64', 'aarch64') },
      steps: [
        debian
          ? '{ name: wheel, run: python3 -m pip wheel --no-deps --no-build-isolation -w wheels . }'
          : '{ name: wheel, run: python3 -m pip wheel --no-deps -w wheels ., network: true }',
      ],
      artifacts: ['{ path: "wheels/*.whl", kind: wheel }'],
    };
  },
};

const PIP = 'python3-dev, python3-pip, python3-setuptools, python3-wheel';

/** Whether the build asks for nothing but setuptools, and wheel, which it once needed. */
function backendOfDebian(text: string): boolean {
  const backend = firstMatch(text, /build-backend\s*=\s*["']([^"']+)/) ?? 'setuptools';
  const requires = firstMatch(text, /^requires\s*=\s*\[([^\]]*)\]/m) ?? '';
  const names = [...requires.matchAll(/["']\s*([\w.-]+)/g)].map(([, name]) => name);
  return backend.startsWith('setuptools') && names.every((name) => name === 'setuptools' || name === 'wheel');
}

export const pythonSetup: Kind = { file: 'setup.py', draft: (files) => python.draft(files) };

function nameInSetup(text: string | undefined): string | undefined {
  return firstMatch(text, /\bname\s*=\s*["']([^"']+)["']/);
}

function zigTarget(arch: string, triple: string, promise: string): string {
  return `{ environment: zig, arch: ${arch}, builder: x64, env: { ZIG_TARGET: ${triple} }, promise: [${promise}] }`;
}

export const zig: Kind = {
  file: 'build.zig',
  draft(files) {
    const name = projectName(
      firstMatch(files.read('build.zig'), /\.name\s*=\s*"([^"]+)"/) ??
        firstMatch(files.read('build.zig.zon'), /\.name\s*=\s*\.?"?(\w+)/),
      files,
    );
    return {
      what: 'a project of Zig',
      name,
      version: plainVersion(firstMatch(files.read('build.zig.zon'), /\.version\s*=\s*"([^"]+)"/)),
      notes: ['Zig compiles for every libc and CPU by itself, so one environment serves all targets.'],
      environments: { zig: '{ debian: bookworm, tools: { pypi: [ziglang==0.15.1] } }' },
      targets: {
        'linux-x64-gnu': zigTarget('x64', 'x86_64-linux-gnu.2.17', '"glibc:2.17"'),
        'linux-x64-musl': zigTarget('x64', 'x86_64-linux-musl', 'static').replace('env:', 'libc: musl, env:'),
        'linux-arm64-gnu': zigTarget('arm64', 'aarch64-linux-gnu.2.17', '"glibc:2.17"'),
        'linux-arm64-musl': zigTarget('arm64', 'aarch64-linux-musl', 'static').replace(
          'env:',
          'libc: musl, env:',
        ),
      },
      steps: ['{ name: build, run: \'zig build -Dtarget="$ZIG_TARGET" -Doptimize=ReleaseSafe\' }'],
      artifacts: [`{ path: zig-out/bin/${name}, as: "${name}-{target}", kind: executable }`],
    };
  },
};
