/** What the pages of docs/ tell to write is accepted, and where they point to there is something. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readUserConfiguration } from '../../../src/config/user.ts';
import { fileWith, read, userHome } from './project-file.ts';

const docs = fileURLToPath(new URL('../../../../docs', import.meta.url));
const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ path: join(docs, name), name, text: readFileSync(join(docs, name), 'utf8') }));

const ALONE = { targets: '', steps: '', artifacts: '' };

describe('the pages of docs/', () => {
  for (const { path, name, text } of pages) {
    const yaml = [...text.matchAll(/```yaml\n([^]*?)```/g)].map(([, block]) => block!);
    if (yaml.length > 0)
      it(`${name} shows files that are accepted`, () => {
        for (const block of yaml) {
          if (block.startsWith('mirrors:')) readUserConfiguration({ HOME: userHome(block) });
          else read(wholeFile(block));
        }
      });

    it(`${name} points to pages that are there`, () => {
      const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!);
      assert.deepEqual(
        links.filter((link) => !existsSync(join(dirname(path), link))),
        [],
      );
    });
  }
});

/** Some blocks are only a section. */
function wholeFile(block: string): string {
  if (block.startsWith('name:')) return block;
  const [section] = block.split(':') as [string];
  return fileWith({ ...(section === 'environments' && ALONE), [section]: block });
}
