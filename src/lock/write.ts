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
    ...(lock.kept === undefined ? [] : [`kept: ${JSON.stringify(lock.kept)}`]),
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
      ...words('asked', environment.asked),
      ...words('users', environment.users),
      '    repositories:',
      ...environment.repositories.map((repository) => item(repository)),
      '    packages:',
      ...environment.packages.map((one) => item(one)),
      ...(environment.image === undefined ? [] : [`    image: ${inline(environment.image)}`]),
      ...items('layers', environment.layers),
      ...items('tools', environment.tools),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** A list that most environments don't have is not there without anything in it. */
function words(key: string, list: readonly string[]): string[] {
  return list.length === 0 ? [] : [`    ${key}: [${list.map((word) => JSON.stringify(word)).join(', ')}]`];
}

function items(key: string, list: readonly object[]): string[] {
  return list.length === 0 ? [] : [`    ${key}:`, ...list.map((one) => item(one))];
}

function item(value: object): string {
  return `      - ${inline(value)}`;
}

function inline(value: object): string {
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}: ${JSON.stringify(field)}`).join(', ')}}`;
}

function byNameAndArch(a: LockedEnvironment, b: LockedEnvironment): number {
  const [x, y] = [a, b].map((one) => `${one.name}\n${one.role}\n${one.arch}`);
  return x! < y! ? -1 : 1;
}
