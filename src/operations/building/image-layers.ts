/** What the layers of images hold: a root, a sysroot with its compilers, artifacts, a run closure. */
import { basename, posix } from 'node:path';
import { sha256OfValue } from '../../base/sha256.ts';
import type { ImageRule, Target } from '../../config/project.ts';
import type { LockedEnvironment } from '../../lock/lock.ts';
import type { LockRequest } from '../../lock/request.ts';
import { sysrootFolder, sysrootToolchain } from '../../plan/step-sysroot.ts';
import { Failure } from '../../report/failure.ts';
import { rootKey } from '../../roots/known-root.ts';
import { RootTree } from '../../roots/root-tree.ts';
import { toolchainFiles } from '../../toolchain/toolchain-files.ts';
import { closureNotes } from '../../toolchain/closure-notes.ts';
import { closureOf } from '../../toolchain/closure.ts';
import { putToolchain } from '../preparing/toolchain-tree.ts';
import type { BuiltArtifact } from './audit-built.ts';
import { closureTree } from '../preparing/closure-tree.ts';
import { filesOfMachine, filesOfTree } from '../preparing/library-root.ts';

/** A layer before it is made. Equal keys, equal bytes. */
export interface LayerWish {
  readonly key: string;
  make(): Promise<MadeLayer>;
}

export interface MadeLayer {
  readonly tree: RootTree;
  /** What a person should know of it. */
  readonly notes: readonly string[];
}

/** Decides the root of a section of the lock; each once. */
export type RootPlanner = (locked: LockedEnvironment) => Promise<RootTree>;

const OWNER = 'the image';

export function rootLayer(locked: LockedEnvironment, plan: RootPlanner): LayerWish {
  return { key: rootKey(locked), make: async () => ({ tree: await plan(locked), notes: [] }) };
}

interface Sysroot {
  readonly target: Target;
  /** Of the environment itself. */
  readonly root: LockedEnvironment;
  readonly locked: LockedEnvironment;
}

/** Where steps find it, with the wrappers that they call. */
export function sysrootLayer({ target, root, locked }: Sysroot, plan: RootPlanner): LayerWish {
  const files = toolchainFiles(sysrootToolchain(target, root, locked));
  return {
    key: sha256OfValue({ layer: 'sysroot', of: rootKey(locked), files }),
    make: async () => {
      const from = await plan(locked);
      const tree = new RootTree(from.mtime);
      const place = sysrootFolder.slice(1);
      for (const [path, node] of from.nodes) tree.set(`${place}/${path}`, node);
      putToolchain(tree, place, files);
      return { tree, notes: [] };
    },
  };
}

/** Where artifacts are in an image, by what they are. */
export function placeInImage({ rule, from }: BuiltArtifact, project: string): string {
  const name = basename(from);
  if (rule.kind === 'executable') return `/usr/local/bin/${name}`;
  return rule.kind === 'library' ? `/usr/local/lib/${name}` : `/opt/${project}/${name}`;
}

interface Artifacts {
  readonly artifacts: readonly BuiltArtifact[];
  readonly project: string;
  readonly rule: ImageRule;
}

/** `mtime` is that of the layer below. */
export function artifactsLayer(
  { artifacts, project, rule }: Artifacts,
  below: { readonly key: string; readonly mtime: () => Promise<number> },
): LayerWish {
  const files = placed({ artifacts, project, rule });
  const facts = files.map(({ path, artifact: { sha256, executable } }) => ({ path, sha256, executable }));
  return {
    key: sha256OfValue({ layer: 'artifacts', below: below.key, files: facts }),
    make: async () => {
      const tree = new RootTree(await below.mtime());
      for (const { path, artifact } of files) putArtifact(tree, path, artifact);
      return { tree, notes: [] };
    },
  };
}

function placed({ artifacts, project, rule }: Artifacts): { path: string; artifact: BuiltArtifact }[] {
  const places = new Map<string, BuiltArtifact>();
  for (const artifact of artifacts) {
    const path = placeInImage(artifact, project);
    const other = places.get(path);
    if (other !== undefined) {
      const message = `${other.as} and ${artifact.as} would both be ${path} in \`images.${rule.kind}\``;
      throw new Failure('artifact-clash', message, {
        hint: 'give the files different names in the steps, or leave a target out with `only:`',
        at: rule.at,
      });
    }
    places.set(path, artifact);
  }
  return [...places].map(([path, artifact]) => ({ path, artifact }));
}

function putArtifact(tree: RootTree, path: string, { from, size, sha256, executable }: BuiltArtifact): void {
  tree.folder(posix.dirname(path).slice(1), { owner: OWNER });
  const facts = { mode: executable ? 0o755 : 0o644, uid: 0, gid: 0, mtime: tree.mtime, owner: OWNER };
  tree.set(path.slice(1), { ...facts, type: 'file', source: from, size, sha256 });
}

interface Run extends Artifacts {
  readonly libraries: {
    readonly locked: LockedEnvironment;
    readonly request: LockRequest;
    readonly name: string;
  };
  readonly refuseMissing: (closure: ReturnType<typeof closureOf>) => Promise<void>;
}

/** The libraries that programs need, and the programs; below /tmp, which nearly every program takes for granted. */
export function runLayers(run: Run, plan: RootPlanner): readonly LayerWish[] {
  const { artifacts, rule, libraries, refuseMissing } = run;
  const files = placed(run);
  const native = files.filter(({ artifact }) => artifact.elf !== undefined);
  const facts = files.map(({ path, artifact: { sha256, executable } }) => ({ path, sha256, executable }));
  const of = { closure: CLOSURE_VERSION, root: rootKey(libraries.locked), files: facts, with: rule.with };
  let made: Promise<{ readonly below: MadeLayer; readonly above: MadeLayer }> | undefined;
  const make = async () => {
    const from = await plan(libraries.locked);
    const own = new RootTree(from.mtime);
    for (const { path, artifact } of files) putArtifact(own, path, artifact);
    const below = new RootTree(from.mtime);
    below.folder('tmp', { owner: OWNER, mode: 0o1777 });
    if (native.length === 0) return { below: { tree: below, notes: [] }, above: { tree: own, notes: [] } };
    const closure = closureOf({
      subjects: native.map(({ artifact }) => ({
        name: basename(artifact.from),
        file: filesOfMachine.read(artifact.from)!,
      })),
      root: filesOfTree(from, libraries.name),
      before: [],
      more: rule.with,
    });
    await refuseMissing(closure);
    const notes = closureNotes(closure);
    const { packages } = libraries.locked;
    const whole = closureTree({ closure, from, packages, prefix: undefined, notes });
    const ofArtifacts = new Set(whole.artifacts.map(({ path }) => path.slice(1)));
    for (const [path, node] of whole.tree.nodes) {
      // What is given is in the layer above, but a library is where programs look for it.
      if (!ofArtifacts.has(path)) below.set(path, node);
      else if (!own.nodes.has(path)) own.set(path, node);
    }
    return { below: { tree: below, notes }, above: { tree: own, notes: scriptNotes(artifacts) } };
  };
  const once = () => (made ??= make());
  return (['below', 'above'] as const).map((part) => ({
    key: sha256OfValue({ ...of, part }),
    make: async () => (await once())[part],
  }));
}

/** To be raised with every change of what closures hold of the same files. */
const CLOSURE_VERSION = 1;

function scriptNotes(artifacts: readonly BuiltArtifact[]): readonly string[] {
  return artifacts
    .filter(({ rule, elf }) => rule.kind === 'executable' && elf === undefined)
    .map(({ as }) => `${as} is no native program: what runs it is not in the image`);
}
