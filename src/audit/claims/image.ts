/**
 * An OCI layout or the output of `docker save`: which layers make up which image, and what is left when each layer has
 * hidden or replaced files of those below. Only what a container would see counts.
 */
import { cpuOf, parseArch } from '../../abi/cpu.ts';
import { jsonIn } from '../../base/json-text.ts';
import type { Problem } from '../report.ts';
import type { Contents, FoundElf } from '../walk/contents.ts';
import { namesOf } from './judged.ts';

interface Image {
  /** `linux/arm64`, or as much of it as is known. */
  readonly platform: string;
  readonly architecture: string | undefined;
  /** Paths of the layers inside of the artifact, the lowest first. */
  readonly layers: readonly string[];
}

const MOST_IMAGES = 100;
const MOST_NESTED_INDEXES = 4;

/** Makes of a tar that holds layers an image; leaves it alone where it is none. */
export function readImage(contents: Contents): void {
  const images = ociImages(contents.texts) ?? dockerImages(contents.texts);
  if (images === undefined) return;
  contents.kind = 'oci';
  const visible = images.map((image) => ({ image, elfs: filesOf(image, contents) }));
  const several = visible.length > 1;
  contents.elfs.splice(0);
  for (const { image, elfs } of visible) {
    for (const elf of elfs) {
      const path = several ? `${image.platform}!/${elf.audit.path}` : elf.audit.path;
      contents.elfs.push({ ...elf, audit: { ...elf.audit, path } });
    }
    const problem = archProblem(image, elfs);
    if (problem !== undefined) contents.problems.push(problem);
  }
  contents.platforms.push(...images.map(({ platform }) => platform));
}

type Texts = ReadonlyMap<string, string>;

function ociImages(texts: Texts): Image[] | undefined {
  if (!texts.has('oci-layout')) return undefined;
  const images: Image[] = [];
  const visit = (index: unknown, depth: number): void => {
    for (const descriptor of listAt(index, 'manifests')) {
      const manifest = jsonAt(texts, blobPath(descriptor));
      if (images.length >= MOST_IMAGES || manifest === undefined) continue;
      if (listAt(manifest, 'manifests').length > 0) {
        if (depth < MOST_NESTED_INDEXES) visit(manifest, depth + 1);
        continue;
      }
      const config = jsonAt(texts, blobPath(at(manifest, 'config')));
      const layers = listAt(manifest, 'layers').map(blobPath);
      // Attestations have a platform of their own and no layers of files.
      if (textAt(at(descriptor, 'platform'), 'os') !== 'unknown') images.push(imageOf(config, layers));
    }
  };
  visit(jsonAt(texts, 'index.json'), 0);
  return images;
}

function dockerImages(texts: Texts): Image[] | undefined {
  const manifest = jsonAt(texts, 'manifest.json');
  if (!Array.isArray(manifest) || !manifest.some((image) => listAt(image, 'Layers').length > 0))
    return undefined;
  return manifest.slice(0, MOST_IMAGES).map((image) => {
    const layers = listAt(image, 'Layers').filter((layer) => typeof layer === 'string');
    return imageOf(jsonAt(texts, textAt(image, 'Config') ?? ''), layers);
  });
}

function imageOf(config: unknown, layers: readonly string[]): Image {
  const architecture = textAt(config, 'architecture');
  return {
    platform: `${textAt(config, 'os') ?? 'linux'}/${architecture ?? 'unknown'}`,
    architecture,
    layers,
  };
}

/** The files of the last layer that has them, unless a later one hides them or puts something else in their place. */
function filesOf({ layers }: Image, { elfs, layered }: Contents): FoundElf[] {
  const files = new Map<string, FoundElf>();
  for (const layer of layers) {
    const prefix = `${layer}!/`;
    const own = elfs.filter(({ audit }) => audit.path.startsWith(prefix));
    for (const full of layered) if (full.startsWith(prefix)) hide(files, full.slice(prefix.length));
    for (const elf of own) {
      const path = elf.audit.path.slice(prefix.length);
      files.set(path, { ...elf, audit: { ...elf.audit, path } });
    }
  }
  return [...files.values()];
}

function hide(files: Map<string, FoundElf>, path: string): void {
  const slash = path.lastIndexOf('/') + 1;
  const [folder, name] = [path.slice(0, slash), path.slice(slash)];
  const gone = name === '.wh..wh..opq' ? folder : name.startsWith('.wh.') ? folder + name.slice(4) : path;
  for (const file of files.keys()) {
    if (file === gone || file.startsWith(gone.endsWith('/') || gone === '' ? gone : `${gone}/`))
      files.delete(file);
  }
}

function archProblem({ architecture, platform }: Image, elfs: readonly FoundElf[]): Problem | undefined {
  const arch = architecture === undefined ? undefined : parseArch(architecture);
  const files = elfs.filter(({ audit }) => audit.type !== 'rel');
  if (arch === undefined || files.length === 0) return undefined;
  if (files.some(({ audit }) => audit.machine === cpuOf(arch).machine)) return undefined;
  return {
    code: 'claim-arch-false',
    severity: 'error',
    message: `the image says ${platform}, but ${namesOf(files)} is for ${files[0]!.audit.machine}`,
    hint: 'build the image with the right --platform',
    path: null,
  };
}

function jsonAt(texts: Texts, path: string): unknown {
  return jsonIn(texts.get(path) ?? '');
}

function blobPath(descriptor: unknown): string {
  return `blobs/${(textAt(descriptor, 'digest') ?? '').replace(':', '/')}`;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function listAt(value: unknown, key: string): unknown[] {
  const list = at(value, key);
  return Array.isArray(list) ? list : [];
}

function textAt(value: unknown, key: string): string | undefined {
  const text = at(value, key);
  return typeof text === 'string' ? text : undefined;
}
