import { accessSync, constants, statSync } from 'node:fs';
import { ifAny } from './if-any.ts';

/** Whether this user may start the file. */
export function isProgramFile(path: string): boolean {
  return ifAny(() => {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  }, false);
}
