/** Who installs the dependencies of a project of Node, builds it and packs it: npm, pnpm, or Yarn, old or new. */
import { parseDocument } from 'yaml';
import { jsonIn } from '../../base/json-text.ts';
import type { ProjectFiles } from './draft.ts';
import { membersOf } from './members.ts';

/** Where the project says none. */
const PNPM = '10.20.0';
const YARN = '4.9.2';
/** The last one before Yarn began anew. */
const CLASSIC_YARN = '1.22.22';

export interface Manifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly private?: unknown;
  readonly packageManager?: unknown;
  readonly workspaces?: unknown;
  readonly scripts?: { readonly build?: unknown };
}

export function packageManifest(files: ProjectFiles, folder = ''): Manifest {
  const value = jsonIn(files.read(folder === '' ? 'package.json' : `${folder}/package.json`) ?? '');
  return typeof value === 'object' && value !== null ? value : {};
}

/** Folders of the packages that are developed together with that at the top; none where it stands alone. */
export function workspaceOf(files: ProjectFiles): readonly string[] {
  const { workspaces } = packageManifest(files);
  const ofPnpm = parseDocument(files.read('pnpm-workspace.yaml') ?? '').toJS() as unknown;
  return membersOf([...patternsIn(workspaces), ...patternsIn(ofPnpm)], 'package.json', files);
}

/** A list, or a list named `packages`. */
function patternsIn(value: unknown): readonly string[] {
  const list = typeof value === 'object' && value !== null && 'packages' in value ? value.packages : value;
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}

export interface NodeManager {
  readonly name: string;
  /** For `tools:`, with a comma. */
  readonly tools: string;
  /** Brings dependencies as they are locked, without running what they bring. */
  readonly install: string;
  /** What decides of dependencies, besides the manifests. */
  readonly inputs: readonly string[];
  /** Its cache, where steps know one of that name. */
  readonly cache?: string;
  /** Runs the script in each package of a workspace that has it. */
  readonly buildAll: string;
  /** Packs those packages of a workspace into its own folder. */
  packAll(folders: readonly string[]): string;
}

export function managerOf(files: ProjectFiles): NodeManager {
  const [, asked, version] =
    /^(pnpm|yarn)@(\d[\w.-]*)/.exec(String(packageManifest(files).packageManager)) ?? [];
  const has = (name: string) => files.names.has(name);
  if (asked === 'pnpm' || (asked === undefined && has('pnpm-lock.yaml'))) return pnpm(version, has);
  if (asked !== 'yarn' && !has('yarn.lock')) return npm(has);
  const isClassic =
    version === undefined
      ? !/^__metadata:/m.test(files.read('yarn.lock') ?? '__metadata:')
      : version.startsWith('1.');
  return isClassic ? classicYarn(version, has) : yarn(version, has);
}

type Has = (name: string) => boolean;

function npm(has: Has): NodeManager {
  return {
    name: 'npm',
    tools: '',
    install: `npm ${has('package-lock.json') ? 'ci' : 'install'} --ignore-scripts`,
    inputs: ['package-lock.json', '.npmrc'].filter(has),
    cache: 'npm',
    ...byNpm,
  };
}

function pnpm(version: string | undefined, has: Has): NodeManager {
  return {
    name: 'pnpm',
    tools: `npm: [pnpm@${version ?? PNPM}], `,
    install: `pnpm install${has('pnpm-lock.yaml') ? ' --frozen-lockfile' : ''} --ignore-scripts`,
    inputs: ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc'].filter(has),
    cache: 'pnpm',
    buildAll: 'pnpm -r run build',
    packAll: (folders) =>
      `pnpm ${folders.map((folder) => `-F ./${folder}`).join(' ')} exec pnpm pack --pack-destination "$PWD"`,
  };
}

function classicYarn(version: string | undefined, has: Has): NodeManager {
  return {
    name: 'Yarn',
    tools: `npm: [yarn@${version ?? CLASSIC_YARN}], `,
    install: `yarn install${has('yarn.lock') ? ' --frozen-lockfile' : ''} --ignore-scripts`,
    inputs: ['yarn.lock', '.yarnrc', '.npmrc'].filter(has),
    ...byNpm,
  };
}

function yarn(version: string | undefined, has: Has): NodeManager {
  return {
    name: 'Yarn',
    tools: `npm: ["@yarnpkg/cli-dist@${version ?? YARN}"], `,
    install: `yarn install${has('yarn.lock') ? ' --immutable' : ''} --mode=skip-build`,
    inputs: ['yarn.lock', '.yarnrc.yml', '.yarn'].filter(has),
    buildAll: 'yarn workspaces foreach --all --topological run build',
    packAll: (folders) =>
      `yarn workspaces foreach --all ${folders.map((folder) => `--include ${folder}`).join(' ')} pack --out "$PWD/%s-%v.tgz"`,
  };
}

/** npm is there with Node, and knows workspaces as old Yarn has them. */
const byNpm: Pick<NodeManager, 'buildAll' | 'packAll'> = {
  buildAll: 'npm run build --workspaces --if-present',
  packAll: (folders) => `npm pack --ignore-scripts ${folders.map((folder) => `-w ${folder}`).join(' ')}`,
};

/** The step before all others. */
export function installStep(files: ProjectFiles): string {
  const { install, inputs, cache } = managerOf(files);
  const manifests = workspaceOf(files).length > 0 ? '**/package.json' : 'package.json';
  const globs = [manifests, ...inputs].map((input) => `"${input}"`).join(', ');
  const caches = cache === undefined ? '' : `, caches: [${cache}]`;
  return `{ name: deps, run: ${install}, inputs: [${globs}], network: true${caches} }`;
}
