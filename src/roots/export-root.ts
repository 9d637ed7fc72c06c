import { Failure } from '../report/failure.ts';
import { writeArchive } from './write-archive.ts';
import { writeOciLayout, type ImageFacts } from './oci-layout.ts';
import { placeOutput } from './place-output.ts';
import type { RootTree } from './root-tree.ts';
import { writeRoot, type LeftOut } from './write-root.ts';

export type RootForm = 'folder' | 'tar' | 'oci';

export interface ExportedRoot {
  readonly form: RootForm;
  /** Of the tar's bytes, or of the image's manifest. */
  readonly sha256?: string;
  readonly bytes?: number;
  /** Of folders: archives have everything. */
  readonly leftOut?: LeftOut;
}

interface Export {
  readonly path: string;
  readonly form: RootForm;
  readonly image: Omit<ImageFacts, 'created'>;
  readonly signal: AbortSignal;
}

/** By the name of the output, where a user tells no form. */
export function formOf(output: string): RootForm {
  if (/\.(tar\.\w+|tgz|txz)$/.test(output)) {
    throw new Failure('usage', `${output} would be compressed, and only plain tars are written`, {
      hint: 'write a .tar, and compress it with the program of your choice',
    });
  }
  return output.endsWith('.tar') ? 'tar' : 'folder';
}

/** Writes a root where a user wants it, in the form that the user wants. */
export function exportRoot(tree: RootTree, { path, form, image, signal }: Export): Promise<ExportedRoot> {
  return placeOutput(path, form === 'tar' ? 'file' : 'folder', async (place): Promise<ExportedRoot> => {
    if (form === 'folder') return { form, leftOut: writeRoot(tree, place, 'copied') };
    if (form === 'tar') {
      const { sha256, size } = await writeArchive(tree, place, signal);
      return { form, sha256, bytes: size };
    }
    let bytes = 0;
    const digest = await writeOciLayout(place, { ...image, created: tree.mtime }, async (layer) => {
      const written = await writeArchive(tree, layer, signal);
      bytes = written.size;
      return written;
    });
    return { form, sha256: digest.slice('sha256:'.length), bytes };
  });
}
