/** Files of a machine that may be missing, or for others' eyes alone: what can't be read is as if it held nothing. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

export async function textIfAny(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
}

export function textIfAnySync(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
