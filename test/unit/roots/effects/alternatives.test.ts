import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeDebs } from '../../../compose-debs.ts';

const bin = (...names: string[]) => names.map((name) => ({ path: `./usr/bin/${name}`, mode: 0o755 }));

test('the highest priority wins, and its slaves follow where they exist', async (t) => {
  const root = await composeDebs(t, [
    {
      name: 'gcc',
      files: [...bin('gcc'), { path: './usr/share/man/man1/gcc.1.gz' }],
      control: {
        postinst: `#!/bin/sh
update-alternatives --quiet \\
    --install /usr/bin/cc cc /usr/bin/gcc 20 \\
    --slave /usr/share/man/man1/cc.1.gz cc.1.gz /usr/share/man/man1/gcc.1.gz \\
    --slave /usr/bin/gone gone /usr/bin/not-there
`,
      },
    },
    {
      name: 'tcc',
      files: bin('tcc'),
      control: { postinst: 'update-alternatives --install /usr/bin/cc cc /usr/bin/tcc 10\n' },
    },
    {
      name: 'zcc',
      control: { postinst: 'update-alternatives --install /usr/bin/cc cc /usr/bin/zcc 99\n' },
    },
  ]);
  assert.equal(root.look('usr/bin/cc'), '-> /etc/alternatives/cc');
  assert.equal(root.look('etc/alternatives/cc'), '-> /usr/bin/gcc');
  assert.equal(root.look('usr/share/man/man1/cc.1.gz'), '-> /etc/alternatives/cc.1.gz');
  assert.equal(root.look('etc/alternatives/gone'), undefined);
  assert.equal(
    root.look('var/lib/dpkg/alternatives/cc'),
    `auto
/usr/bin/cc
cc.1.gz
/usr/share/man/man1/cc.1.gz
gone
/usr/bin/gone

/usr/bin/gcc
20
/usr/share/man/man1/gcc.1.gz
/usr/bin/not-there
/usr/bin/tcc
10



`,
  );
});

test('a file is never replaced by a link, and a call that is not understood is told', async (t) => {
  const root = await composeDebs(t, [
    {
      name: 'a',
      files: [...bin('a', 'real'), { path: './lib/cpp-a' }],
      control: {
        postinst: `
update-alternatives --install /usr/bin/real real /usr/bin/a 1
update-alternatives --install /usr/bin/x x /usr/bin/$(which a) 1
update-alternatives --install /usr/bin/y ../y /usr/bin/a 1
update-alternatives --install /lib/cpp cpp /lib/cpp-a 1
update-alternatives --remove cpp /lib/other
`,
      },
    },
  ]);
  assert.equal(root.look('usr/bin/real'), '');
  assert.equal(root.look('usr/lib/cpp'), '-> /etc/alternatives/cpp');
  const { done, skipped } = root.effect('alternatives');
  assert.deepEqual(done, ['/lib/cpp -> /lib/cpp-a']);
  assert.deepEqual(skipped, [
    'a: update-alternatives --install /usr/bin/x x ? 1',
    'a: update-alternatives --install /usr/bin/y ../y /usr/bin/a 1',
    '/usr/bin/real is a file',
  ]);
});
