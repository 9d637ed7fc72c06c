/** The program that starts steps, as it is on arm64: built there and used there, by emulation. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { asFolder } from '../apk-repository.ts';
import { repository, targetry, whyNoBuilds } from '../build/command-line.ts';
import { noScene } from '../engine-scene.ts';
import { here, runSuites } from '../engine-suites.ts';

const why = noScene ?? (await whyNoBuilds());

const PROJECT = `name: starter
environments: { debian-12: { debian: bookworm, packages: [gcc, libc6-dev, musl-tools] } }
targets: { linux-arm64-musl: { environment: debian-12, arch: arm64, libc: musl, promise: [static] } }
steps:
  - { name: compile, run: "musl-gcc -std=c11 -Os -s -static -Wall -Wextra -Werror -o starter starter.c" }
artifacts: [{ path: starter, kind: executable }]
`;

it('is static, compiles without a warning, and starts steps', { skip: why }, async (t) => {
  const folder = asFolder(t, new Map([['targetry.yaml', PROJECT]]));
  copyFileSync(join(repository, 'native/starter.c'), join(folder, 'starter.c'));
  const built = await targetry(['build'], { cwd: folder });
  assert.equal(built.exit, 0, built.stderr);
  assert.match(built.stdout, /is +aarch64, static\n/);
  const run = { ...here(t), starter: join(folder, 'dist/starter'), only: 'a step on a root for arm64' };
  await runSuites(t, ['emulation'], run);
});
