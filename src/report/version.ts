import { productJson } from '../base/product-file.ts';

/** Of this installation of Targetry. */
export function targetryVersion(): string {
  return (productJson('package.json') as { version: string }).version;
}
