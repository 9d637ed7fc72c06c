import { readFileSync } from 'node:fs';

/** Of this installation of Targetry. */
export function targetryVersion(): string {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
