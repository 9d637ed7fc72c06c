import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { arrows, rules, type SourceFile } from './rules.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

const files: SourceFile[] = readdirSync(join(repository, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ path: relative(repository, path), text: readFileSync(path, 'utf8') }));

describe('the house', () => {
  for (const [name, rule] of Object.entries(rules)) {
    it(`keeps its rule: ${name}`, () => {
      assert.deepEqual(rule(files), []);
    });
  }

  it('has an entry in the table of arrows for every room', () => {
    const rooms = new Set(files.map(({ path }) => path.split('/')[1]!));
    assert.deepEqual(
      [...rooms].filter((room) => arrows[room] === undefined),
      [],
    );
  });

  it('draws the same arrows in ARCHITECTURE.md, and begins each room with a file that is there', () => {
    const text = readFileSync(join(repository, 'ARCHITECTURE.md'), 'utf8');
    for (const [room, allowed] of Object.entries(arrows)) {
      const row = new RegExp(`^\\| \`${room}/\` \\| (?:–|\`(.*?)\`) \\|[^|]*\\| (.*) \\|$`, 'm').exec(text);
      assert.ok(row, `ARCHITECTURE.md has no row for ${room}/`);
      const [, front = '', arrowsDrawn] = row;
      assert.ok(existsSync(join(repository, 'src', room, front)), `${room}/ has no ${front} to begin with`);
      const drawn = allowed.includes('*')
        ? 'all above'
        : ['base', ...allowed].filter((name) => name !== room).join(' ');
      const expected = { base: 'Node only', present: 'base report; the types of any room' }[room] ?? drawn;
      assert.equal(arrowsDrawn, expected, `the row of ${room}/`);
    }
  });
});
