/** `images:`: what was built as images for Docker and registries, each for all its CPUs. The same build gives the same bytes. */
import { lstatSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cpuOf } from '../../abi/cpu.ts';
import { bytes } from '../../base/units.ts';
import { sha256OfLargeFile } from '../../base/sha256-of-file.ts';
import { sha256OfValue } from '../../base/sha256.ts';
import { imageArch, imageGroups, type ImageGroup } from '../../config/image-groups.ts';
import { placeholdersOf, substitute } from '../../config/placeholders.ts';
import type { ImageKind, ImageRule, Project, Target } from '../../config/project.ts';
import type { Lock, LockedEnvironment } from '../../lock/lock.ts';
import { findLocked, type LockRequest } from '../../lock/request.ts';
import { sysrootToolchain } from '../../plan/step-sysroot.ts';
import { rootVariables } from '../../plan/variables.ts';
import type { Context } from '../../report/context.ts';
import { archiveRoot } from '../../roots/archive-root.ts';
import { planRoot } from '../../roots/compose.ts';
import { imageArchive, type PlatformImage } from '../../roots/image-archive.ts';
import type { ImageFacts, TarLayer } from '../../roots/oci-layout.ts';
import type { RootTree } from '../../roots/root-tree.ts';
import { measurePieces, writePieces } from '../../roots/write-archive.ts';
import { toolchainVariables } from '../../toolchain/step-variables.ts';
import type { BuiltArtifact } from './audit-built.ts';
import { refuseMissing } from '../closure.ts';
import { imageFile } from './collect-artifacts.ts';
import { lockRequestOf, sysrootRequests } from '../locking/environment-request.ts';
import {
  artifactsLayer,
  placeInImage,
  rootLayer,
  runLayers,
  sysrootLayer,
  type LayerWish,
  type RootPlanner,
} from './image-layers.ts';
import { keptFolder } from '../locking/keep-packages.ts';
import { libraryRequest } from '../preparing/library-root.ts';
import { withTrees } from '../preparing/make-root.ts';
import { runTask } from '../run-task.ts';
import type { SourcesOnDemand } from '../locking/sources-on-demand.ts';

export interface BuiltImage {
  readonly kind: ImageKind;
  /** With its tag. */
  readonly name: string;
  /** Its name under `dist/`. */
  readonly as: string;
  /** The file; that in `dist/` where nothing changed. */
  readonly from: string;
  readonly size: number;
  readonly sha256: string;
  /** As a registry will call it. */
  readonly digest: string;
  /** `linux/arm64`. */
  readonly platforms: readonly string[];
  readonly targets: readonly string[];
  readonly notes: readonly string[];
  /** It is not in `dist/` yet. */
  readonly isNew: boolean;
  readonly executable: false;
  /** Large, and of no use where it was made. */
  readonly moved: true;
}

export interface ImageWork {
  readonly project: Project;
  /** Those that were built. */
  readonly targets: readonly Target[];
  readonly lock: Lock;
  readonly sources: SourcesOnDemand;
  readonly built: readonly BuiltArtifact[];
  /** For files that are not in `dist/` yet. */
  readonly staged: string;
  readonly dist: string;
}

export async function makeImages(context: Context, work: ImageWork): Promise<readonly BuiltImage[]> {
  const groups = imageGroups(work.project, work.targets);
  const tasks = groups.map(({ name }) => `image ${name}`);
  context.emit({ type: 'planned', tasks: tasks.map((name) => ({ id: name, name })) });
  const maker = new Maker(context, work);
  const images: BuiltImage[] = [];
  for (const [index, group] of groups.entries()) {
    images.push(
      await runTask(context, tasks[index]!, async () => {
        const image = await maker.make(group);
        return { value: image, note: `${image.platforms.join(', ')}, ${bytes(image.size)}` };
      }),
    );
  }
  return images;
}

interface PlatformWish {
  readonly target: Target;
  readonly facts: Omit<ImageFacts, 'created'>;
  readonly layers: readonly LayerWish[];
}

/** What an image was made of decides what it is. */
interface ImageRecord extends Pick<BuiltImage, 'size' | 'sha256' | 'digest' | 'notes'> {}

/** A layer whose hash is known. Its bytes are made again when they are written: that costs less than to keep them. */
interface MeasuredLayer extends TarLayer {
  readonly pieces: () => Iterable<Uint8Array>;
  readonly mtime: number;
  readonly notes: readonly string[];
}

class Maker {
  readonly #context: Context;
  readonly #work: ImageWork;
  readonly #trees = new Map<string, Promise<RootTree>>();
  readonly #layers = new Map<string, Promise<MeasuredLayer>>();
  readonly #folder: string;

  constructor(context: Context, work: ImageWork) {
    this.#context = context;
    this.#work = work;
    this.#folder = join(work.staged, 'images');
    mkdirSync(this.#folder);
  }

  async make(group: ImageGroup): Promise<BuiltImage> {
    const { rule, name, targets } = group;
    const wishes = targets.map((target) => this.#wish(group, target));
    const as = imageFile(name);
    const platforms = wishes.map(({ facts }) => `linux/${facts.platform}`);
    const described = {
      executable: false as const,
      moved: true as const,
      kind: rule.kind,
      name,
      as,
      platforms,
      targets: targets.map((one) => one.name),
    };
    const key = sha256OfValue({
      image: IMAGE_VERSION,
      name,
      platforms: wishes.map(({ facts, layers }) => ({ facts, layers: layers.map((layer) => layer.key) })),
    });
    const { store } = this.#work.sources;
    const known = await store.readRecord<ImageRecord>('image', key);
    const there = join(this.#work.dist, as);
    if (known !== undefined && (await holds(there, known)))
      return { ...described, ...known, from: there, isNew: false };

    const from = join(this.#folder, basename(as));
    const record = await this.#write(name, wishes, from);
    await store.writeRecord('image', key, record);
    return { ...described, ...record, from, isNew: true };
  }

  async #write(name: string, wishes: readonly PlatformWish[], to: string): Promise<ImageRecord> {
    const made: PlatformImage[] = [];
    const notes = new Set<string>();
    for (const { facts, layers: wanted } of wishes) {
      const layers: MeasuredLayer[] = [];
      for (const layer of wanted) layers.push(await this.#layer(layer));
      for (const note of layers.flatMap((one) => one.notes)) notes.add(note);
      made.push({ facts: { ...facts, created: Math.max(...layers.map(({ mtime }) => mtime)) }, layers });
    }
    const { digest, pieces } = imageArchive(name, made);
    const { sha256, size } = await writePieces(pieces, to, this.#context.signal);
    return { size, sha256, digest, notes: [...notes] };
  }

  #wish({ rule, name }: ImageGroup, target: Target): PlatformWish {
    const { project } = this.#work;
    const values = placeholdersOf({ project, target });
    const filled = (texts: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, substitute(text, values)]));
    const { variables, layers } = this.#contents(rule, target);
    const labels = {
      'org.opencontainers.image.title': project.name,
      ...(project.version !== undefined && { 'org.opencontainers.image.version': project.version }),
      ...filled(rule.labels),
    };
    const shell = rule.kind === 'run' ? undefined : ['/bin/sh'];
    const facts = {
      name,
      platform: cpuOf(imageArch(rule, target)).oci,
      env: { ...variables, ...filled(rule.env) },
      createdBy: `targetry build: images.${rule.kind}`,
      cwd: rule.workdir,
      user: rule.user,
      entrypoint: rule.entrypoint ?? (rule.kind === 'run' ? this.#entrypoint(target) : undefined),
      cmd: rule.cmd ?? (rule.entrypoint === undefined ? shell : undefined),
      labels,
    };
    return { target, facts, layers };
  }

  /** Of several programs nobody knows which is meant. */
  #entrypoint(target: Target): readonly string[] | undefined {
    const programs = this.#artifacts(target).filter(({ rule }) => rule.kind === 'executable');
    return programs.length === 1 ? [placeInImage(programs[0]!, this.#work.project.name)] : undefined;
  }

  #artifacts(target: Target): readonly BuiltArtifact[] {
    return this.#work.built.filter((one) => one.target === target);
  }

  #contents(
    rule: ImageRule,
    target: Target,
  ): { readonly variables: Readonly<Record<string, string>>; readonly layers: readonly LayerWish[] } {
    const { project } = this.#work;
    const artifacts = { artifacts: this.#artifacts(target), project: project.name, rule };
    if (rule.kind === 'run') return { variables: {}, layers: this.#run(artifacts, target) };
    const environment = rule.environment ?? target.environment;
    const root = this.#locked(lockRequestOf(environment, imageArch(rule, target)));
    const below = rootLayer(root, this.#plan);
    const own = rule.kind === 'build' ? target.env : {};
    const variables = (sysroot: Readonly<Record<string, string>> | undefined) => ({
      ...rootVariables(root, { sysroot, checks: undefined }),
      ...environment.env,
      ...own,
    });
    if (rule.kind === 'test') {
      const mtime = async () => (await this.#plan(root)).mtime;
      return {
        variables: variables(undefined),
        layers: [below, artifactsLayer(artifacts, { key: below.key, mtime })],
      };
    }
    const [request] = sysrootRequests(target);
    if (request === undefined) return { variables: variables(undefined), layers: [below] };
    const locked = this.#locked(request);
    return {
      variables: variables(toolchainVariables(sysrootToolchain(target, root, locked))),
      layers: [below, sysrootLayer({ target, root, locked }, this.#plan)],
    };
  }

  #run(artifacts: Parameters<typeof artifactsLayer>[0], target: Target): readonly LayerWish[] {
    const { project, sources } = this.#work;
    const request = libraryRequest(project, target.environment, target.arch);
    const libraries = { locked: this.#locked(request), request, name: target.environment.name };
    const missing = async (closure: Parameters<typeof refuseMissing>[0]) =>
      refuseMissing(closure, { request, sources: await sources.open(), name: libraries.name });
    const kept = artifacts.artifacts.filter(({ rule }) => inRunImages.has(rule.kind));
    return runLayers({ ...artifacts, artifacts: kept, libraries, refuseMissing: missing }, this.#plan);
  }

  #locked(request: LockRequest): LockedEnvironment {
    const found = findLocked(this.#work.lock, request);
    if (found === undefined)
      throw new Error(`an image before its root was locked: ${request.name} ${request.arch}`);
    return found;
  }

  readonly #plan: RootPlanner = (locked) => {
    const key = `${locked.role} ${locked.name} ${locked.arch}`;
    let tree = this.#trees.get(key);
    if (tree === undefined) this.#trees.set(key, (tree = this.#planNow(locked)));
    return tree;
  };

  async #planNow(locked: LockedEnvironment): Promise<RootTree> {
    const { sources, project, lock } = this.#work;
    const kept = keptFolder(project, lock);
    return withTrees(this.#context, { locked, sources: await sources.open(), kept }, async () => {
      const { tree } = await planRoot(locked, sources.store);
      return tree;
    });
  }

  #layer(wish: LayerWish): Promise<MeasuredLayer> {
    let layer = this.#layers.get(wish.key);
    if (layer === undefined) this.#layers.set(wish.key, (layer = this.#measure(wish)));
    return layer;
  }

  async #measure(wish: LayerWish): Promise<MeasuredLayer> {
    const { tree, notes } = await wish.make();
    const pieces = () => archiveRoot(tree);
    return { pieces, ...(await measurePieces(pieces(), this.#context.signal)), mtime: tree.mtime, notes };
  }
}

/** To be raised with every change of what an image of the same parts is. */
const IMAGE_VERSION = 1;

const inRunImages: ReadonlySet<string> = new Set(['executable', 'library', 'file']);

/** Whether a file is still what was recorded of it. */
async function holds(path: string, { size, sha256 }: ImageRecord): Promise<boolean> {
  if (lstatSync(path, { throwIfNoEntry: false })?.size !== size) return false;
  return (await sha256OfLargeFile(path)) === sha256;
}
