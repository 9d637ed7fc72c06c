import type { Lock, LockedEnvironment } from './lock.ts';

/** The version of the file's form; a newer one is refused by older programs. */
export const LOCK_SCHEMA = 1;

/**
 * The text of `targetry.lock`. It is YAML, and one package is one line: what changed is one line of a diff, and two
 * branches that add different packages merge. Everything is sorted; the same lock is always the same text.
 */
export function writeLock(lock: Lock): string {
  const lines = [
    '# Written by `targetry lock`. Commit it; to change it, change targetry.yaml or run `targetry lock --update`.',
    `schema: ${LOCK_SCHEMA}`,
    'environments:',
  ];
  for (const environment of [...lock.environments].sort(byNameAndArch)) {
    lines.push(
      `  - name: ${JSON.stringify(environment.name)}`,
      `    role: ${environment.role}`,
      `    distro: ${environment.distro}`,
      `    release: ${environment.release}`,
      `    arch: ${environment.arch}`,
      `    inputs: ${environment.inputs}`,
      '    repositories:',
      ...environment.repositories.map((repository) => item(repository)),
      '    packages:',
      ...environment.packages.map((one) => item(one)),
    );
  }
  return `${lines.join('\n')}\n`;
}

function item(value: object): string {
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `      - {${fields.map(([key, field]) => `${JSON.stringify(key)}: ${JSON.stringify(field)}`).join(', ')}}`;
}

function byNameAndArch(a: LockedEnvironment, b: LockedEnvironment): number {
  const [x, y] = [a, b].map((one) => `${one.name}\n${one.role}\n${one.arch}`);
  return x! < y! ? -1 : 1;
}
