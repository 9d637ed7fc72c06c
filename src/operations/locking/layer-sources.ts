/** Root filesystems that come whole, as an image or as files of the user: decided when they are locked, and brought when needed. */
import { ociPlatform, parseArch } from '../../abi/cpu.ts';
import type { Project, RootBase } from '../../config/project.ts';
import type { LockedEnvironment, LockedLayer } from '../../lock/lock.ts';
import type { LockRequest } from '../../lock/request.ts';
import type { ArchiveFile } from '../../packages/fetch.ts';
import type { HttpClient } from '../../remote/http.ts';
import { parseImageReference, type ImageReference } from '../../remote/image-reference.ts';
import { OciRegistry } from '../../remote/oci-registry.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import { rootfsBytes } from '../../roots/rootfs-bytes.ts';
import type { Store } from '../../store/store.ts';

type Whole = Pick<LockedEnvironment, 'layers' | 'image'>;

export class LayerSources {
  readonly #project: Pick<Project, 'environments'>;
  readonly #store: Store;
  readonly #registry: OciRegistry;

  constructor({ env }: Context, client: HttpClient, store: Store, project: Pick<Project, 'environments'>) {
    this.#project = project;
    this.#store = store;
    this.#registry = new OciRegistry(client, env);
  }

  /** What a folder or tar holds now. */
  async lockRootfs({ from, path }: LockRequest): Promise<Whole> {
    const { size, sha256 } = await this.#store.addBlob(rootfsBytes(path!, from!));
    return { layers: [{ source: 'rootfs', size, sha256 }] };
  }

  /** What a registry says now. */
  async lockImage({ from, arch }: LockRequest): Promise<Whole> {
    const platform = ociPlatform(parseArch(arch)!);
    const { digest, env, layers } = await this.#registry.image(referenceOf(from!), platform);
    return {
      image: { digest, env },
      layers: layers.map(({ size, sha256 }): LockedLayer => ({ source: 'image', size, sha256 })),
    };
  }

  /** What was locked of the user's own files: what is there now may be something else. */
  async bringRootfs(locked: LockedEnvironment): Promise<void> {
    const base = this.#baseOf(locked);
    if (base?.distro !== 'rootfs') return;
    const { from, path } = base;
    for (const layer of locked.layers) {
      if (this.#store.hasBlob(layer.sha256)) continue;
      await this.#store.addBlob(
        rootfsBytes(path, from),
        layer,
        () => new Failure('rootfs-changed', `the root filesystem ${from} is not the one that was locked`),
      );
    }
  }

  /** Where those layers may be had that are not in the store yet. */
  async addresses(locked: LockedEnvironment): Promise<(file: ArchiveFile) => readonly string[]> {
    const base = this.#baseOf(locked);
    const missing = locked.layers.some(({ sha256 }) => !this.#store.hasBlob(sha256));
    if (base?.distro !== 'image' || locked.image === undefined || !missing) return () => [];
    const reference = referenceOf(base.from);
    await this.#registry.open(reference, locked.image.digest);
    return ({ path }) => [this.#registry.blobAddress(reference, path)];
  }

  #baseOf({ name }: LockedEnvironment): RootBase | undefined {
    return this.#project.environments.get(name)?.base;
  }
}

function referenceOf(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (reference !== undefined) return reference;
  throw new Failure('config-value', `\`${text}\` is no reference of an image`, {
    hint: 'write it like `alpine:3.20`, `quay.io/pypa/manylinux_2_28_x86_64` or `registry.example:5000/tools/gcc@sha256:…`',
  });
}
