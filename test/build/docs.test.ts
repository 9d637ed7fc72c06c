import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { helloProject, main, testStore, whyNoBuilds } from './command-line.ts';

describe('the pages of', { skip: await whyNoBuilds() }, () => {
  for (const name of ['caches', 'environments', 'failed-steps', 'secrets', 'sysroots', 'tools']) {
    it(`${name} have an example that builds, and commands that work on it`, (t) => {
      const page = readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
      const [, yaml] = /<!-- file: targetry.yaml -->\n```yaml\n([^]*?)```/.exec(page)!;
      const folder = helloProject(t, { 'targetry.yaml': yaml!, 'netrc-of-ci': 'machine example.com\n' });
      mkdirSync(join(folder, '.bin'));
      const program = `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`;
      writeFileSync(join(folder, '.bin/targetry'), program, { mode: 0o755 });
      const commands = [...page.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block]) =>
        block!.trim().split('\n'),
      );
      assert.ok(commands.length > 1);
      for (const command of commands) {
        const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
          cwd: folder,
          env: { ...process.env, PATH: `${folder}/.bin:${process.env['PATH']}`, TARGETRY_STORE: testStore },
          encoding: 'utf8',
        });
        const [lacking] = /\[(compiler-missing|tool-registry-unknown)\]/.exec(stderr) ?? [];
        if (lacking !== undefined) return t.skip(`\`${command}\` needs what this machine lacks ${lacking}`);
        assert.equal(status, 0, `${command}\n${stdout}${stderr}`);
      }
    });
  }
});
