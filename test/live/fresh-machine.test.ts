/**
 * The promise of the README on a machine that has Node, the package registries and nothing else: Debian's minbase, entered
 * by pivot_root, without a compiler, git, xz, docker or uidmap; once as root and once as an ordinary user.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const [buildCommand, testCommand] = readmeCommands();

describe('a fresh Debian machine', { skip: whyNot() }, () => {
  let root: string;

  before(() => {
    root = makeMachine();
  });
  after(() => {
    if (root !== undefined) rmSync(root, { recursive: true, force: true });
  });

  for (const user of ['root', 'builder']) {
    it(`builds the example with the README's first command, as ${user}`, () => {
      const home = user === 'root' ? '/root' : `/home/${user}`;
      execFileSync('git', ['clone', '--quiet', repository, join(root, home, 'targetry')]);
      if (user !== 'root') {
        // What came down for root needs not come down again; all else begins anew.
        for (const path of ['.npm/_cacache', '.cache/targetry/blobs'])
          cpSync(join(root, 'root', path), join(root, home, path), { recursive: true });
        inside(root, 'root', '/', `chown -R ${user}: ${home}`);
      }

      const first = inside(root, user, `${home}/targetry`, buildCommand!);
      assert.equal(first.status, 0, first.text);
      assert.match(first.text, /linux-x64-gnu/);
      const [, took] = /^4 targets in (.*), 7 steps run$/m.exec(first.text) ?? [];
      assert.ok(took, first.text);
      console.log(`as ${user}, at first: ${took}`);
      for (const target of ['linux-x64-gnu', 'linux-x64-musl']) {
        const run = inside(root, user, `${home}/targetry/examples/hello`, `dist/hello-${target} --version`);
        assert.equal(run.text.trim(), 'hello 1.0');
      }

      const again = inside(root, user, `${home}/targetry/examples/hello`, 'time -p npx targetry build');
      assert.equal(again.status, 0, again.text);
      assert.match(again.text, /CACHED/);
      assert.doesNotMatch(again.text, /^\[\d+\/\d+\] (?!.*CACHED).*$/m);
      console.log(`as ${user}, nothing changed: ${/real ([\d.]+)/.exec(again.text)?.[1]} s`);
    });
  }

  it("passes the tests with the README's second command, as an ordinary user", () => {
    const home = '/home/builder/targetry';
    // What was unpacked for the first command needs not be unpacked again for the tests.
    const links = inside(root, 'builder', home, 'cp -al ~/.cache/targetry build/test-store');
    assert.equal(links.status, 0, links.text);
    const tests = inside(root, 'builder', home, testCommand!);
    assert.equal(tests.status, 0, failures(tests.text));
    assert.match(tests.text, /\d+ passed, 0 failed/);
  });
});

/** What each file says at its end of those of its tests that failed. */
function failures(text: string): string {
  const [, ...told] = text.split('✖ failing tests:');
  return told.map((one) => one.slice(0, 2000)).join('') + text.slice(-500);
}

function whyNot(): string | false {
  if (process.getuid?.() !== 0) return 'only root can enter a root filesystem by pivot_root';
  const missing = ['mmdebstrap', 'git', 'npm'].filter((tool) => spawnSync('which', [tool]).status !== 0);
  return missing.length > 0 && `not installed: ${missing.join(', ')}`;
}

/** The README's first two shell blocks are the two commands. */
function readmeCommands(): string[] {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  return [...readme.matchAll(/^```sh\n([^`]*?)\n```$/gm)].map((match) => match[1]!);
}

/** Minbase, this machine's Node and npm, and the settings that package clients need to reach their registries. */
function makeMachine(): string {
  // On the disk, as that of a machine is.
  const root = mkdtempSync('/var/tmp/targetry-fresh-');
  execFileSync('mmdebstrap', ['--quiet', '--variant=minbase', 'bookworm', root], { stdio: 'inherit' });
  const npm = dirname(dirname(realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())));
  cpSync(realpathSync(process.execPath), join(root, 'usr/bin/node'));
  cpSync(npm, join(root, 'usr/lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/bin', name));
  }
  for (const path of [
    '/etc/apt',
    '/etc/resolv.conf',
    '/etc/hosts',
    process.env['NODE_EXTRA_CA_CERTS'] ?? '/etc/hosts',
  ]) {
    cpSync(path, join(root, path), { recursive: true, dereference: true, force: true });
  }
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  inside(root, 'root', '/', 'useradd --create-home builder');
  for (const home of ['root', 'home/builder'])
    writeFileSync(join(root, home, '.npmrc'), `registry=${registry}\n`);
  for (const tool of ['gcc', 'git', 'xz', 'docker', 'newuidmap']) {
    assert.ok(!existsSync(join(root, 'usr/bin', tool)), `the machine is not bare: it has ${tool}`);
  }
  return root;
}

/** Runs a shell command on that machine, in namespaces that end with it. */
function inside(
  root: string,
  user: string,
  folder: string,
  command: string,
): { status: number | null; text: string } {
  const enter = `
    mount --make-rprivate / && mount --bind "$1" "$1" && cd "$1" && mkdir -p .outside
    mount -t proc proc proc && mount --rbind /dev dev && mount --rbind /sys sys
    pivot_root . .outside && cd / && umount -l /.outside && rmdir /.outside
    cd "$3" && exec setpriv --reuid "$2" --regid "$2" --init-groups bash -c "$4 2>&1"`;
  const home = user === 'root' ? '/root' : `/home/${user}`;
  mkdirSync(join(root, home), { recursive: true });
  const ca = process.env['NODE_EXTRA_CA_CERTS'];
  const result = spawnSync(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-ec', enter, 'sh', root, user, folder, command],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: {
        HOME: home,
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        LANG: 'C.UTF-8',
        ...(ca === undefined ? {} : { NODE_EXTRA_CA_CERTS: ca }),
      },
    },
  );
  return { status: result.status, text: result.stdout + result.stderr };
}
