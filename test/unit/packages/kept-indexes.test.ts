import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { array, assert as assertProperty, asyncProperty, boolean, constantFrom, record } from 'fast-check';
import { sha256 } from '../../../src/base/sha256.ts';
import { PackageIndex } from '../../../src/packages/deb/package-index.ts';
import { KeptIndexes } from '../../../src/packages/deb/kept-indexes.ts';
import { temporaryStore } from './signed-repository.ts';

const names = ['a', 'aa', 'a+', 'a-b', 'a.b', 'b', 'é', 'lib', 'z'];

const packages = array(
  record({
    name: constantFrom(...names),
    provides: array(constantFrom(...names), { maxLength: 3 }),
    essential: boolean(),
  }),
  { maxLength: 12 },
);

function textOf(ones: readonly { name: string; provides: readonly string[]; essential: boolean }[]): Buffer {
  const paragraphs = ones.map(({ name, provides, essential }, number) =>
    [
      `Package: ${name}`,
      `Version: ${number}`,
      'Architecture: all',
      ...(essential ? ['Essential: yes'] : []),
      ...(provides.length > 0 ? [`Provides: ${provides.join(' (= 1), ')}`] : []),
      `Filename: pool/${number}.deb`,
      'Size: 5',
      `SHA256: ${'a'.repeat(64)}\n`,
    ].join('\n'),
  );
  return Buffer.from(paragraphs.join('\n'));
}

function saysOf(index: PackageIndex) {
  const asked = [...names, 'nobody'].map((name) => Buffer.from(name).toString('latin1'));
  const told = (found: readonly { name: string; version: string }[]) =>
    found.map(({ name, version }) => `${name} ${version}`);
  return {
    size: index.size,
    names: [...index.names()],
    essential: told(index.essential()),
    answers: asked.map((name) => [
      told(index.versions(name)),
      told(index.providers(name)),
      index.firstMention(name),
    ]),
  };
}

test('a lock reads of a kept index what it read of the new one, also where what was learnt of it is gone', async (t) => {
  const store = await temporaryStore(t);
  await assertProperty(
    asyncProperty(packages, async (ones) => {
      const bytes = textOf(ones);
      const check = { sha256: sha256(bytes), size: bytes.length };
      const kept = new KeptIndexes(store);
      const first = saysOf(await kept.add(bytes, check, 'test main'));
      await kept.settled();
      const index = new PackageIndex(bytes.toString('latin1'), 'test main');
      assert.deepEqual(first, saysOf(index));
      for (const wanted of names) {
        const versions = ones.flatMap(({ name }, number) => (name === wanted ? [`${number}`] : []));
        const found = index.versions(Buffer.from(wanted).toString('latin1'));
        assert.deepEqual(
          found.map(({ version }) => version),
          versions,
        );
      }
      for (const lost of [undefined, 'index-outline', 'first-mentions']) {
        if (lost !== undefined)
          await rm(join(store.folder, 'records', lost), { recursive: true, force: true });
        const again = new KeptIndexes(store);
        assert.deepEqual(saysOf((await again.read(check, 'test main'))!), first);
        await again.settled();
      }
    }),
    { numRuns: 25 },
  );
});

test('a lock whose store takes no more notes goes well all the same', async (t) => {
  const store = await temporaryStore(t);
  const bytes = textOf([{ name: 'a', provides: [], essential: false }]);
  const kept = new KeptIndexes(store);
  const index = await kept.add(bytes, { sha256: sha256(bytes), size: bytes.length }, 'test main');
  await kept.settled();
  index.firstMention('a');
  const later = new KeptIndexes(store);
  (await later.read({ sha256: sha256(bytes), size: bytes.length }, 'test main'))!.firstMention('a');
  await rm(store.folder, { recursive: true });
  await later.settled();
});
