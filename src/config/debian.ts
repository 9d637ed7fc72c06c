import { readFileSync } from 'node:fs';

interface DebianRelease {
  readonly release: string;
  readonly alsoNamed: readonly string[];
}

const releases = JSON.parse(
  readFileSync(new URL('../../../data/debian-releases.json', import.meta.url), 'utf8'),
) as readonly DebianRelease[];

/** All that `debian:` may say. */
export const debianNames: readonly string[] = releases.flatMap(({ release, alsoNamed }) => [
  release,
  ...alsoNamed,
]);

/** The code name, of one of `debianNames`. */
export function debianRelease(name: string): string {
  return releases.find(({ release, alsoNamed }) => release === name || alsoNamed.includes(name))!.release;
}
