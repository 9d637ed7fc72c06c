/** One package of any format, from the store to a folder. */
import { FormatError } from '../formats/format-error.ts';
import { DamagedBlob } from './checked-blob.ts';
import type { PackageFormat } from './tree-writer.ts';
import { unpackApk } from './unpack-apk.ts';
import { unpackDeb } from './unpack-deb.ts';
import { unpackLayer } from './unpack-layer.ts';
import { unpackNpm } from './unpack-npm.ts';
import { unpackWheel } from './unpack-wheel.ts';
import { mostUnpacked } from './unpacked-limit.ts';

export interface UnpackOrder {
  readonly format: PackageFormat;
  readonly blob: string;
  readonly sha256: string;
  readonly folder: string;
}

/** Errors lose their class between threads, so their kind is told. */
export type UnpackAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'error'; readonly error: Error; readonly code: string | undefined };

const UNPACK: Readonly<
  Record<PackageFormat, (blob: string, sha256: string, folder: string, most: number) => Promise<void>>
> = { deb: unpackDeb, apk: unpackApk, layer: unpackLayer, npm: unpackNpm, wheel: unpackWheel };

export async function unpackPackage({ format, blob, sha256, folder }: UnpackOrder): Promise<UnpackAnswer> {
  try {
    await UNPACK[format](blob, sha256, folder, mostUnpacked(blob));
    return { kind: 'done' };
  } catch (error) {
    if (error instanceof DamagedBlob) return { kind: 'damaged' };
    if (error instanceof FormatError) return { kind: 'broken', message: error.message };
    return { kind: 'error', error: error as Error, code: (error as NodeJS.ErrnoException).code };
  }
}
