import {
  firstMatch,
  fromDebian12,
  plainVersion,
  projectName,
  type Kind,
  type ProjectFiles,
} from './draft.ts';
import { addonOf } from './gyp.ts';
import { installStep, managerOf } from './node-managers.ts';
import { NODE, NODE_ABI } from './npm.ts';

export const nodeAddon: Kind = {
  file: 'binding.gyp',
  draft(files) {
    const manifest = files.read('package.json');
    const gyp = files.read('binding.gyp');
    const addon =
      addonOf(gyp ?? '') ?? firstMatch(gyp, /["']target_name["']\s*:\s*["']([\w.-]+)["']/) ?? 'addon';
    // What the package runs before node-gyp when it is installed.
    const before = firstMatch(manifest, /"(?:pre)?install"\s*:\s*"([^"\\]+?)\s*&&\s*node-gyp\b/);
    // Packages that only tests and JavaScript need take minutes to come and are nothing to the compiler.
    const asksPackages = before !== undefined || /<!|node_modules|["']includes["']/.test(gyp ?? '');
    const needs = asksPackages && /"(?:dependencies|devDependencies)"\s*:\s*\{\s*"/.test(manifest ?? '');
    const tools = needs ? managerOf(files).tools : '';
    const stable = ofNodeApi(files);
    return {
      what: 'a Node addon',
      name: projectName(firstMatch(manifest, /"name"\s*:\s*"([^"]+)"/), files),
      version: plainVersion(firstMatch(manifest, /"version"\s*:\s*"([^"]+)"/)),
      notes: [...(stable ? FOR_EVERY_NODE : FOR_ONE_NODE), FOR_MUSL],
      environments: {
        bookworm: addonEnvironment('g++', tools),
        'bookworm-cross': addonEnvironment('g++-aarch64-linux-gnu', tools),
      },
      targets: {
        'linux-x64': '{ environment: bookworm, arch: x64, promise: ["glibc:2.36"] }',
        'linux-arm64':
          '{ environment: bookworm-cross, arch: arm64, builder: x64, env: { CC: aarch64-linux-gnu-gcc, CXX: aarch64-linux-gnu-g++, AR: aarch64-linux-gnu-ar }, promise: ["glibc:2.36"] }',
      },
      steps: [
        ...(needs ? [installStep(files)] : []),
        ...(before === undefined ? [] : [`{ name: prepare, run: '${before.replaceAll("'", "''")}' }`]),
        `{ name: compile, run: 'home=$(npm prefix -g); node "$home/${NODE_GYP}" rebuild --nodedir="$home" --arch="$TARGETRY_ARCH"' }`,
      ],
      artifacts: [
        `{ path: build/Release/${addon}.node, as: "prebuilds/{node.platform}-{node.arch}/${addon}${stable ? '' : `.abi${NODE_ABI}`}.{libc}.node", kind: node-addon }`,
      ],
      // One of V8 is for a Node that no release of Debian has.
      proof: stable ? fromDebian12 : undefined,
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

const FOR_MUSL = 'Addons for musl come of an environment of Alpine: docs/how/node-addon.md shows one.';

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

function addonEnvironment(compiler: string, tools: string): string {
  return `{ debian: bookworm, packages: [${compiler}, make, python3], tools: { ${tools}pypi: [${NODE}] } }`;
}
