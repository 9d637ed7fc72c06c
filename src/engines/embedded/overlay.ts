import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** mount(2) silently cuts longer options: a mount with the wrong layers, or with no upper one. */
const longestOptions = 4095;
/** The kernel's OVL_MAX_STACK. */
const mostLayers = 500;

class TooManyLayers extends Error {}

/**
 * Names the layers by short links in `folder`, which must be the working folder of the mount, and tells the overlay's
 * options. All layers carry user.overlay.* attributes, as root and as an ordinary user, so one store serves both.
 */
export function overlayOptions(
  folder: string,
  layers: readonly string[],
  { writable }: { readonly writable: boolean },
): string {
  const names = enoughLayers(folder, layers, writable ? 1 : 2).map((layer, index) => {
    const name = index.toString(36);
    symlinkSync(layer, join(folder, name));
    return name;
  });
  const options = [
    `lowerdir=${names.reverse().join(':')}`,
    ...(writable ? ['upperdir=result/fs', 'workdir=work', 'volatile'] : ['ro']),
    'userxattr,index=off,metacopy=off,redirect_dir=nofollow',
  ].join(',');
  if (layers.length > mostLayers || options.length > longestOptions) {
    throw new TooManyLayers(`${layers.length} layers are more than an overlay can have`);
  }
  return options;
}

/** An overlay has two folders at least, one of them below. */
function enoughLayers(folder: string, layers: readonly string[], least: number): readonly string[] {
  if (layers.length >= least) return layers;
  const empty = ['nothing', 'nothing-more'].map((name) => join(folder, name));
  for (const path of empty) mkdirSync(path);
  return [...empty, ...layers];
}
