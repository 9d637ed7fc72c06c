/** Pages of docs/ as what their readers do: the files that they show are written, the commands that they show are run. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { exampleFile, helloProject, repository, testStore } from './build/command-line.ts';
import { program } from './program.ts';

/** `name` is that of the page below docs/, without `.md`. What it doesn't show comes from the hello example. */
export function followPage(t: TestContext, name: string, besides: Record<string, string> = {}): void {
  const page = readFileSync(join(repository, 'docs', `${name}.md`), 'utf8');
  const files = [...page.matchAll(/<!-- file: (.*?) -->\n```\w*\n([^]*?)```/g)];
  const folder = helloProject(t, {
    // Of this run alone, so that its steps run, whatever the store knows of an earlier one.
    'hello.c': `${exampleFile('hello.c')}/* ${Date.now()} */\n`,
    ...besides,
    ...Object.fromEntries(files.map(([, path, text]) => [path!, text!])),
  });
  const programs = programFolder(folder);
  const commands = commandsOf(page);
  assert.ok(files.length > 0 && commands.length > 1);
  for (const command of commands) {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: folder,
      env: { ...process.env, PATH: `${programs}:${process.env['PATH']}`, TARGETRY_STORE: testStore },
      encoding: 'utf8',
    });
    const [lacking] = /\[(compiler-missing|tool-registry-unknown)\]/.exec(stderr) ?? [];
    if (lacking !== undefined) return t.skip(`\`${command}\` needs what this machine lacks ${lacking}`);
    assert.equal(status, 0, `${command}\n${stdout}${stderr}`);
  }
}

export function commandsOf(page: string): readonly string[] {
  return [...page.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'));
}

/** With `targetry` in it, as an installed package would have. */
export function programFolder(folder: string): string {
  const programs = join(folder, '.bin');
  mkdirSync(programs);
  const script = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
  writeFileSync(join(programs, 'targetry'), script, { mode: 0o755 });
  return programs;
}
