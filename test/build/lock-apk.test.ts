/** Environments of apk through the command line, from repositories that the tests make and sign. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { apkData } from '../alpine.ts';
import { apkRepository, asFolder } from '../apk-repository.ts';
import { signingKey } from '../archives.ts';
import { serve } from '../unit/packages/local-server.ts';
import { errorOf, targetry } from './command-line.ts';

const key = signingKey('own-1234.rsa.pub');
const made = await apkRepository(
  [
    { pkgname: 'app', pkgver: '1.0-r0', fields: { depend: 'lib cmd:tool' } },
    { pkgname: 'lib', pkgver: '2.0-r1' },
    { pkgname: 'tool', pkgver: '3.0-r0', fields: { provides: 'cmd:tool=3.0-r0' } },
  ],
  key,
  { modified: 1_710_000_000 },
);

const OWN = '{ url: "file:repository", name: own, key: keys/renamed.pub }';

function yaml(environment: string): string {
  return `name: x\nenvironments:\n  env: ${environment}\n`;
}

describe('targetry lock with apk', () => {
  it('locks a repository of the user’s own, signed with their key, and names no place in it', async (t) => {
    const files = new Map([...made].map(([path, bytes]) => [`repository/${path}`, bytes]));
    const folder = asFolder(t, files);
    mkdirSync(join(folder, 'keys'));
    writeFileSync(join(folder, 'keys/renamed.pub'), key.publicPem);
    writeFileSync(join(folder, 'targetry.yaml'), yaml(`{ repositories: [${OWN}], packages: [app] }`));
    const store = join(folder, 'store');
    const args = ['lock', '--arch', 'x64', '--format', 'json'];
    const answer = await targetry(args, { cwd: folder, store });
    assert.equal(answer.exit, 0, answer.stderr);
    const { environments } = JSON.parse(answer.stdout) as { environments: { packages: object[] }[] };
    assert.deepEqual(
      environments[0]!.packages.map((one) => Object.values(one).slice(0, 4)),
      [
        ['app', '1.0-r0', 'x86_64', 'own'],
        ['lib', '2.0-r1', 'x86_64', 'own'],
        ['tool', '3.0-r0', 'x86_64', 'own'],
      ],
    );
    const lock = readFileSync(join(folder, 'targetry.lock'), 'utf8');
    assert.match(lock, /"name": "own", "date": "2024-03-09T16:00:00Z".*"key": "own-1234\.rsa\.pub"/);
    assert.match(lock, /asked: \["app"\]/);
    assert.doesNotMatch(lock, /file:|repository\/|\/tmp/);

    // The packages are in the store now, so their files need not be there to decide anew.
    for (const path of made.keys()) if (path.endsWith('.apk')) rmSync(join(folder, 'repository', path));
    const again = await targetry(['lock', '--update', '--arch', 'x64'], { cwd: folder, store });
    assert.equal(again.stdout, 'env x86_64: 3 packages of apk, nothing changed\n', again.stderr);
    assert.equal(readFileSync(join(folder, 'targetry.lock'), 'utf8'), lock);

    const why = await targetry(['lock', '--why', 'tool', '--arch', 'x64'], { cwd: folder, store });
    assert.match(why.stdout, /tool 3\.0-r0 because app needs cmd:tool/);
    const fresh = await targetry(['lock', '--update', '--arch', 'x64'], {
      cwd: folder,
      store: join(folder, 'other-store'),
    });
    assert.equal(fresh.exit, 3);
    assert.match(
      errorOf(fresh.stderr),
      /^error: x86_64\/\S+\.apk of own can't be had any more \[package-gone\]/,
    );
  });

  it('asks a mirror for the release, and says which package of its real index can’t be had', async (t) => {
    const real = join(apkData, 'alpine-3.16-x86_64-APKINDEX.tar.gz');
    if (!existsSync(real)) return t.skip(`the indexes of ${apkData} are missing`);
    const folder = asFolder(t, new Map([['targetry.yaml', yaml('{ alpine: 3.16, packages: [musl] }')]]));
    copyFileSync(real, join(folder, 'index'));
    const { url, asked } = await serve(t, (request, response) => {
      if (request.url!.endsWith('main/x86_64/APKINDEX.tar.gz')) response.end(readFileSync(real));
      else response.writeHead(404).end();
    });
    const args = ['lock', '--arch', 'x64', '--mirror', `${url}/alpine`];
    const halfThere = await targetry(args, { cwd: folder, store: join(folder, 'store') });
    assert.match(
      errorOf(halfThere.stderr),
      /^error: the index of alpine 3\.16 community for x86_64 is not there \[release-not-found\]/,
    );
    assert.ok(asked.includes('/alpine/v3.16/main/x86_64/APKINDEX.tar.gz'), asked.join(' '));
    assert.ok(!existsSync(join(folder, 'targetry.lock')));
    // The same from the user's own configuration, while the command names a server of another distro.
    mkdirSync(join(folder, 'targetry'));
    writeFileSync(join(folder, 'targetry/config.yaml'), `mirrors: { alpine: "${url}/alpine" }\n`);
    const byUser = await targetry(['lock', '--arch', 'x64', '--mirror', 'debian=http://127.0.0.1:9'], {
      cwd: folder,
      store: join(folder, 'store'),
      env: { XDG_CONFIG_HOME: folder },
    });
    assert.equal(
      errorOf(byUser.stderr),
      errorOf(halfThere.stderr).replace('--mirror', join(folder, 'targetry/config.yaml')),
    );
    const own = `{ repositories: [{ url: "${url}/alpine/v3.16/main" }], packages: [musl, opensll] }`;
    writeFileSync(join(folder, 'targetry.yaml'), yaml(own));
    const typo = await targetry(args, { cwd: folder, store: join(folder, 'store') });
    assert.match(errorOf(typo.stderr), /main has no package opensll, among 4929 that were read/);
    assert.match(errorOf(typo.stderr), /hint: did you mean `openssl/);
    writeFileSync(join(folder, 'targetry.yaml'), yaml(own.replace(', opensll', '')));
    const gone = await targetry(args, { cwd: folder, store: join(folder, 'store') });
    assert.match(
      errorOf(gone.stderr),
      /^error: x86_64\/musl-1\.2\.3-r2\.apk of main can't be had any more \[package-gone\]\nwhy: .* answered 404/,
    );
  });
});
