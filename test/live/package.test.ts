/** What npm would publish, as its users have it: installed where nothing else is, and without a registry. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { repository, testStore, whyNoBuilds } from '../build/command-line.ts';

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** `exports` of package.json, by the modules of which they are made. */
const library = {
  audit: '../../src/audit/index.ts',
  buildkit: '../../src/engines/buildkit/index.ts',
  graph: '../../src/graph/index.ts',
  packages: '../../src/packages/index.ts',
};

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-package-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const env = { PATH: process.env['PATH'], HOME: folder, TARGETRY_STORE: testStore };
  const run = (command: string, ...args: readonly string[]) =>
    execFileSync(command, args, { cwd: folder, env, encoding: 'utf8' });
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, repository];
  const [packed] = JSON.parse(run('npm', ...pack)) as [Packed];
  const paths = packed.files.map(({ path }) => path);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  run('npm', 'install', '--offline', '--loglevel=error', `./${packed.filename}`);
  const targetry = join(folder, 'node_modules/.bin/targetry');

  it('needs no other package, and says whose code it brings', () => {
    assert.deepEqual(installed(folder), ['targetry']);
    const notices = readFileSync(join(folder, 'node_modules/targetry/build/bundle/NOTICES.txt'), 'utf8');
    for (const name of ['@stricli/core', 'valibot', 'xz-decompress', 'yaml']) {
      assert.match(notices, new RegExp(`^${name} [0-9.]+, [A-Z]`, 'm'));
    }
  });

  it('has its code once, and the types of it', () => {
    const code = paths.filter((path) => /\.[cm]?[jt]s$/.test(path) && !path.endsWith('.d.ts'));
    assert.deepEqual(
      code.filter((path) => !path.startsWith('build/bundle/')),
      [],
    );
    assert.ok(paths.includes('LICENSE') && paths.includes('build/src/audit/index.d.ts'));
  });

  it('starts threads and processes with files that it has', () => {
    const bundled = paths.filter((path) => /^build\/bundle\/.*\.js$/.test(path));
    const started = bundled.flatMap((path) =>
      [...readFileSync(join(repository, path), 'utf8').matchAll(/new URL\("\.\/(.*?)", import\.meta/g)].map(
        ([, name]) => `build/bundle/${name}`,
      ),
    );
    assert.equal(started.length, 4);
    for (const path of started) assert.ok(paths.includes(path), path);
  });

  it('has a command that tells its version and what it can do', () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      version: string;
    };
    assert.equal(run('npx', '--no', '--', 'targetry', '--version'), `${version}\n`);
    assert.match(run(targetry, '--help'), /targetry build/);
  });

  for (const [name, source] of Object.entries(library)) {
    it(`exports from targetry/${name} what its sources do`, async () => {
      const names = `console.log(JSON.stringify(Object.keys(await import('targetry/${name}'))))`;
      const exported = JSON.parse(run(process.execPath, '--input-type=module', '--eval', names)) as string[];
      const expected = (await import(source.replace(/\.ts$/, '.js'))) as object;
      assert.deepEqual(exported.sort(), Object.keys(expected).sort());
    });
  }

  it('types programs that use it, as strictly as they like', () => {
    const used = Object.keys(library).map((name) => `export * as ${name} from 'targetry/${name}';\n`);
    writeFileSync(join(folder, 'uses.ts'), used.join(''));
    mkdirSync(join(folder, 'node_modules/@types'));
    for (const types of ['@types/node', 'undici-types'])
      cpSync(join(repository, 'node_modules', types), join(folder, 'node_modules', types), {
        recursive: true,
      });
    const strict = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--exactOptionalPropertyTypes'];
    const node = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    run(process.execPath, join(repository, 'node_modules/typescript/bin/tsc'), ...strict, ...node, 'uses.ts');
  });

  it('builds the hello example', async (t) => {
    const why = await whyNoBuilds();
    if (why !== false) return t.skip(why);
    const project = join(folder, 'hello');
    cpSync(join(repository, 'examples/hello'), project, { recursive: true });
    rmSync(join(project, 'dist'), { recursive: true, force: true });
    const told = run(targetry, 'build', 'linux-x64-gnu', '-C', project);
    assert.match(told, /dist\/hello-linux-x64-gnu/);
    assert.equal(run(join(project, 'dist/hello-linux-x64-gnu'), '--version'), 'hello 1.0\n');
    return undefined;
  });
});

/** By the lock that npm wrote. */
function installed(folder: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, object>;
  };
  return Object.keys(packages)
    .filter((path) => path !== '')
    .map((path) => path.replace(/^node_modules\//, ''));
}
