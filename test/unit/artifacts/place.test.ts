import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { placeArtifacts, removePlaced } from '../../../src/artifacts/place.ts';
import { sha256 } from '../../../src/base/sha256.ts';

suite('placing artifacts', () => {
  let folder: string;
  let dist: string;
  let from: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'targetry-place-'));
    dist = join(folder, 'dist');
    from = join(folder, 'made');
    writeFileSync(from, 'new');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const place = (...names: readonly string[]) =>
    placeArtifacts(
      dist,
      names.map((as) => ({ from, as, executable: false })),
    );
  const refused = (message: RegExp) => ({ code: 'dist-unwritable', message });

  test('makes the folders that a name has, and leaves nothing hidden behind', async () => {
    await place('a', 'b/c');
    assert.deepEqual(readdirSync(dist).sort(), ['a', 'b']);
    assert.deepEqual(readdirSync(join(dist, 'b')), ['c']);
    assert.equal(readFileSync(join(dist, 'b/c'), 'utf8'), 'new');
  });

  test('leaves alone what is there already, and nothing that is only as long or has another mode', async () => {
    mkdirSync(dist);
    for (const [name, text] of Object.entries({ same: 'new', other: 'old', secret: 'new' }))
      writeFileSync(join(dist, name), text, { mode: name === 'secret' ? 0o600 : 0o644 });
    const inode = (name: string) => statSync(join(dist, name)).ino;
    const before = ['same', 'other', 'secret'].map(inode);
    await place('same', 'other', 'secret');
    const after = ['same', 'other', 'secret'].map(inode);
    assert.deepEqual(
      after.map((one, index) => one === before[index]),
      [true, false, false],
    );
    assert.equal(readFileSync(join(dist, 'other'), 'utf8'), 'new');
    assert.equal(statSync(join(dist, 'secret')).mode & 0o777, 0o644);
  });

  test('writes the bytes of a finished file no second time, where nobody needs it as it was', async () => {
    const { ino } = statSync(from);
    await place('kept');
    await placeArtifacts(dist, [{ from, as: 'moved', executable: true, moved: true }]);
    assert.notEqual(statSync(join(dist, 'kept')).ino, ino);
    const { ino: moved, mode } = statSync(join(dist, 'moved'));
    assert.deepEqual([moved, mode & 0o777], [ino, 0o755]);
    assert.deepEqual(readdirSync(dist).sort(), ['kept', 'moved']);
  });

  test('says that dist is a file', async () => {
    writeFileSync(dist, 'mine');
    await assert.rejects(place('a'), refused(/^dist\/a can't be written: a part of its path is a file$/));
    assert.equal(readFileSync(dist, 'utf8'), 'mine');
  });

  test('says that dist is a link that leads nowhere', async () => {
    symlinkSync(join(folder, 'gone'), dist);
    await assert.rejects(place('a'), refused(/^dist\/a can't be written: /));
  });

  test('changes no file where a folder has the name of another', async () => {
    mkdirSync(join(dist, 'b'), { recursive: true });
    writeFileSync(join(dist, 'a'), 'old');
    await assert.rejects(place('a', 'b'), refused(/^dist\/b can't be written: a folder has its name$/));
    assert.equal(readFileSync(join(dist, 'a'), 'utf8'), 'old');
    assert.deepEqual(readdirSync(dist).sort(), ['a', 'b']);
  });

  test('says that one artifact is where another needs a folder', async () => {
    await assert.rejects(place('b', 'b/c'), refused(/^dist\/b can't be written: a folder has its name$/));
  });

  const placed = (path: string, text = 'new') => ({
    path,
    size: text.length,
    sha256: sha256(Buffer.from(text)),
  });

  test('takes out again what it placed, with the folders that are empty then', async () => {
    await place('a', 'b/c/d', 'b/e', 'f/g');
    await removePlaced(dist, [placed('a'), placed('b/c/d'), placed('f/g'), placed('gone'), placed('a/b')]);
    assert.deepEqual(readdirSync(dist), ['b']);
    assert.deepEqual(readdirSync(join(dist, 'b')), ['e']);
  });

  test('takes out nothing that somebody changed, or that is outside of dist', async () => {
    await place('changed', 'sealed/in');
    writeFileSync(join(dist, 'changed'), 'my');
    writeFileSync(join(dist, 'as-long'), 'own');
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere/mine'), 'new');
    symlinkSync(join(folder, 'elsewhere'), join(dist, 'out'));
    symlinkSync(join(folder, 'elsewhere/mine'), join(dist, 'link'));
    const before = readdirSync(dist);
    const paths = [
      'changed',
      'as-long',
      'out/mine',
      'link',
      '../elsewhere/mine',
      '../made',
      'sealed',
      '.',
      '',
    ];
    await removePlaced(
      dist,
      [...paths, join(folder, 'made')].map((path) => placed(path)),
    );
    assert.deepEqual(readdirSync(dist), before);
    assert.equal(readFileSync(join(folder, 'elsewhere/mine'), 'utf8'), 'new');
    assert.equal(readFileSync(from, 'utf8'), 'new');
  });
});
