/** Roots made of a distro's real packages: does what is in them run, and do dpkg and its tools find what they expect? */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { lockProject } from '../../src/operations/lock.ts';
import { SourcesOnDemand } from '../../src/operations/locking/sources-on-demand.ts';
import { rootInput } from '../../src/operations/preparing/open-root.ts';
import type { Context } from '../../src/report/context.ts';
import { Failure } from '../../src/report/failure.ts';
import type { RootRecord } from '../../src/roots/compose.ts';
import { rootKey } from '../../src/roots/known-root.ts';
import { Store } from '../../src/store/store.ts';
import { testStore } from '../build/command-line.ts';

const RELEASES = ['bullseye', 'bookworm', 'trixie'];
const PACKAGES = [
  'gcc',
  'g++',
  'libc6-dev',
  'make',
  'musl-tools',
  'perl',
  'ca-certificates',
  'ccache',
  'python3',
  'apt',
];

let skip: string | undefined;
let top = '';

before(() => {
  top = mkdtempSync(join(tmpdir(), 'targetry-live-roots-'));
  if (process.geteuid?.() !== 0) skip = 'a chroot needs root';
  else if (spawnSync('unshare', ['-m', 'true']).status !== 0)
    skip = 'there is no unshare, or it may not be used';
});

after(() => rmSync(top, { recursive: true, force: true }));

interface Made {
  readonly folder: string;
  readonly record: RootRecord;
  readonly packages: number;
}

async function make(t: TestContext, release: string): Promise<Made | undefined> {
  writeFileSync(
    join(top, 'targetry.yaml'),
    `name: live
environments: { it: { debian: ${release}, packages: ${JSON.stringify(PACKAGES)} } }
targets: { x: { environment: it, arch: x64 } }
steps: [{ name: x, run: "true" }]
artifacts: [{ path: x, as: x, kind: file }]
`,
  );
  const context: Context = {
    cwd: top,
    env: process.env,
    store: testStore,
    emit: () => {},
    signal: new AbortController().signal,
  };
  const store = await Store.open(context.store);
  const sources = new SourcesOnDemand(context, store, { environments: new Map() });
  try {
    const { lock } = await lockProject(context, { environments: [], update: false });
    const [locked] = lock.environments;
    const input = rootInput(context, { locked: locked!, sources });
    assert.ok(input.kind === 'root');
    const folder = await input.open();
    const record = (await store.readRecord<RootRecord>('root', rootKey(locked!)))!;
    return { folder, record, packages: locked!.packages.length };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'mirror-unreachable') throw error;
    t.skip(error.message);
    return undefined;
  } finally {
    await sources.close();
    rmSync(join(top, 'targetry.lock'), { force: true });
  }
}

/** To run things in: a root is never written to. */
function copyOf(t: TestContext, root: string): string {
  const copy = mkdtempSync(join(top, 'copy-'));
  t.after(() => rmSync(copy, { recursive: true, force: true }));
  execFileSync('cp', ['-a', '--reflink=auto', `${root}/.`, copy]);
  return copy;
}

function run(copy: string, script: string): string {
  const outside = `mount --bind /dev "$1/dev" && mount -t proc proc "$1/proc" && exec chroot "$1" /usr/bin/env -i \
PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 /bin/sh -euc "$2"`;
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    ['-m', '--propagation', 'private', 'sh', '-euc', outside, 'sh', copy, script],
    {
      encoding: 'utf8',
    },
  );
  assert.equal(status, 0, stdout + stderr);
  return stdout + stderr;
}

const COMPILE = `cd /tmp
printf '#include <stdio.h>\\nint main(void){puts("hello");return 0;}\\n' > hello.c
cc hello.c -o a && ./a
c99 hello.c -o b && ./b
musl-gcc -static hello.c -o c && ./c
printf '#include <iostream>\\nint main(){std::cout << "hello\\\\n";}\\n' > hello.cc
c++ hello.cc -o d && ./d
PATH=/usr/lib/ccache:$PATH
gcc -c hello.c && ccache -s > /dev/null
printf 'all:\\n\\t@echo made\\n' > Makefile
make -s`;

const LOOK_AROUND = `whoami
getent hosts localhost | grep -c localhost
id -un nobody
perl -e 'print "perl\\n"'
python3 -c 'import getpass; print(getpass.getuser())'
openssl verify /usr/share/ca-certificates/mozilla/ISRG_Root_X1.crt | grep -o OK
echo x y | awk '{ print $2 }'
readlink -f /bin/sh`;

const PACKAGE_TOOLS = `dpkg --audit
dpkg --verify
dpkg --configure --pending
apt-get check 2>&1 | grep -v '^\\(Reading\\|Building\\)' || true
for name in cc c++ awk pager c99; do update-alternatives --query "$name" > /dev/null; done
update-alternatives --auto cc
test "$(dpkg-query -W -f '\${db:Status-Status}\\n' | sort -u)" = installed`;

for (const release of RELEASES) {
  test(`${release}: a root of real packages compiles, and its own tools find nothing wrong`, async (t) => {
    if (skip !== undefined) return t.skip(skip);
    const made = await make(t, release);
    if (made === undefined) return undefined;
    const copy = copyOf(t, made.folder);
    assert.equal(run(copy, PACKAGE_TOOLS), '');
    assert.equal(run(copy, COMPILE), `${'hello\n'.repeat(4)}made\n`);
    assert.equal(run(copy, LOOK_AROUND), 'root\n1\nnobody\nperl\nroot\nOK\ny\n/usr/bin/dash\n');
    assert.deepEqual(made.record.leftOut, { devices: [], xattrs: [], owners: 0 });
    assert.equal(made.record.packages, made.packages);
    for (const { effect, skipped } of made.record.effects) assert.deepEqual(skipped, [], effect);
    return undefined;
  });
}
