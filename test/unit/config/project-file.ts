import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { readProject } from '../../../src/config/read.ts';
import type { Project } from '../../../src/config/project.ts';
import type { Diagnostic } from '../../../src/report/diagnostic.ts';
import { Failure } from '../../../src/report/failure.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder with a `targetry.yaml` of this text. */
export function projectFolder(yaml: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-config-'));
  folders.push(folder);
  writeFileSync(join(folder, 'targetry.yaml'), yaml);
  return folder;
}

/** A home with the user's own configuration. */
export function userHome(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-user-'));
  folders.push(folder);
  mkdirSync(join(folder, '.config/targetry'), { recursive: true });
  writeFileSync(join(folder, '.config/targetry/config.yaml'), text);
  return folder;
}

export function read(
  yaml: string,
  set: readonly string[] = [],
): { project: Project; warnings: readonly Diagnostic[] } {
  const folder = projectFolder(yaml);
  return readProject(folder, folder, set);
}

/** The failure that a file is answered with. */
export function refused(yaml: string | Uint8Array, set: readonly string[] = []): Failure {
  const folder = projectFolder(yaml);
  try {
    readProject(folder, folder, set);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

/** A whole file, of which a test replaces the sections that it is about. */
export function fileWith(sections: Readonly<Record<string, string>>): string {
  const whole = {
    name: 'name: hello',
    environments: 'environments:\n  debian-11: { debian: bullseye, packages: [gcc] }',
    targets: 'targets:\n  linux-x64-gnu: { environment: debian-11, arch: x64 }',
    steps: 'steps:\n  - { name: compile, run: make }',
    artifacts: 'artifacts:\n  - { path: out/hello, kind: executable }',
    ...sections,
  };
  return `${Object.values(whole).join('\n')}\n`;
}
