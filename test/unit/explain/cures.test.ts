import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failureClasses } from '../../../src/explain/failure-classes.ts';
import { explainer } from './explained.ts';

async function cureOf(log: string, environment?: 'debian' | 'alpine'): Promise<string> {
  const { findings } = await explainer.explain([Buffer.from(log)], { environment });
  return findings[0]!.cure;
}

const missing = '/bin/sh: 1: cmake: not found';

it('does not blame git, by which scripts tell a version, for what failed after it', async () => {
  const log =
    "./scripts/version: 1: git: not found\n  GEN version.h\nmake: *** No rule to make target 'all'.  Stop.";
  const { findings } = await explainer.explain([Buffer.from(log)], { environment: 'debian' });
  assert.ok(findings.every(({ confidence }) => confidence < 0.6));
});

describe('the cure for a step of our own environments', () => {
  it('names the package and `packages:`, and no stage of an image', async () => {
    assert.equal(await cureOf(missing, 'debian'), 'add `cmake` to `packages:` of the environment');
    const unknown = '/bin/sh: 1: frobnicate: not found';
    assert.equal(
      await cureOf(unknown, 'debian'),
      'add the package that brings it to `packages:` of the environment',
    );
    const crate = "error: can't find Rust compiler";
    assert.equal(await cureOf(crate, 'debian'), 'add `cargo` to `packages:` of the environment');
  });

  it('names what CMake builds with, and no program where the log names none', async () => {
    const log = 'CMake Error: CMake was unable to find a build program corresponding to "Unix Makefiles".';
    assert.equal(await cureOf(log, 'debian'), 'add `make` to `packages:` of the environment');
    assert.match(await cureOf(log.replace('Unix Makefiles', 'Ninja'), 'debian'), /^add `ninja-build` to/);
    const { findings } = await explainer.explain([Buffer.from('CMAKE_MAKE_PROGRAM is not set')]);
    assert.match(findings[0]!.cause, /^the program that is called is not installed/);
  });

  it('names the package of a library that configure asks for by its own words', async () => {
    const curses = 'configure: error: can not find required library libncursesw; you may want another';
    assert.match(await cureOf(curses, 'debian'), /^add `libncurses-dev` to `packages:`/);
    const quoted = 'configure: error: "libevent not found"';
    assert.match(await cureOf(quoted, 'alpine'), /^add `libevent-dev` to `packages:`/);
  });

  it('puts what is compiled against into the sysroot, and what runs into the environment', async () => {
    const cureWith = async (log: string, sysroot?: 'debian' | 'alpine') =>
      (await explainer.explain([Buffer.from(log)], { environment: 'debian', sysroot })).findings[0]!.cure;
    const curses = 'configure: error: cannot find required curses/ncurses library';
    assert.equal(await cureWith(curses, 'debian'), 'add `libncurses-dev` to `packages:` of its `sysroot:`');
    assert.equal(await cureWith(curses, 'alpine'), 'add `ncurses-dev` to `packages:` of its `sysroot:`');
    assert.match(
      await cureWith(curses),
      /^add `libncurses-dev` to `packages:` of the environment; .*`NAME:arm64`/,
    );
    const unknown = '/usr/bin/ld: cannot find -lfrobnicate';
    assert.equal(
      await cureWith(unknown, 'debian'),
      'add the package that brings it to `packages:` of its `sysroot:`',
    );
    assert.equal(await cureWith(missing, 'debian'), 'add `cmake` to `packages:` of the environment');
  });

  it('tells of Meson what to leave out that another CPU would have to run, and not to configure', async () => {
    const log =
      'ERROR: An exe_wrapper is needed for /src/build/greet but was not found. Please define one in cross file';
    const cure = await cureOf(log, 'debian');
    assert.match(cure, /`-Dtests=false`.* an environment of its own without `sysroot:`/);
    assert.doesNotMatch(cure, /--host/);
  });

  it('names the package of a shared library that a tool is run with, by its soname', async () => {
    const log =
      'npm error node: error while loading shared libraries: libstdc++.so.6: cannot open shared object file: No such file or directory';
    assert.match(await cureOf(log, 'debian'), /^add `libstdc\+\+6` to `packages:`/);
    assert.match(await cureOf(log, 'alpine'), /^add `libstdc\+\+` to `packages:`/);
    assert.match(await cureOf(log), /^`apt-get install libstdc\+\+6` \(Debian\), `apk add libstdc\+\+`/);
    assert.match(await cureOf(log.replace('stdc++', 'frob'), 'debian'), /`apt-file search libfrob\.so\.6`/);
  });

  it('says of which CPU the objects are that a linker does not know', async () => {
    const log = '/usr/bin/ld: lib.o: Relocations in generic ELF (EM: 183)\ncollect2: error: ld returned 1';
    const { findings } = await explainer.explain([Buffer.from(log)]);
    assert.match(findings[0]!.cause, /lib\.o, an object for another: its machine number 183 \(.*183 arm64/);
    assert.match(findings[0]!.cure, /aarch64-linux-gnu-gcc/);
  });

  it('writes no certificate of a proxy into it, as what is written there is not locked', async () => {
    const untrusted = 'SSL: CERTIFICATE_VERIFY_FAILED certificate verify failed: self-signed certificate';
    assert.match(await cureOf(untrusted, 'debian'), /a secret that is a file.*PIP_CERT.*docs\/secrets\.md/);
    assert.doesNotMatch(await cureOf(untrusted, 'debian'), /update-ca-certificates/);
    assert.match(await cureOf(untrusted), /update-ca-certificates/);
    assert.doesNotMatch(await cureOf(untrusted), /a secret that is a file/);
  });

  it('says of a Rust that is too old that it is Rust, and where a newer one is', async () => {
    const log =
      'error: rustc 1.85.1 is not supported by the following packages:\n  a@1 requires rustc 1.88\n';
    const { findings } = await explainer.explain([Buffer.from(log)], { environment: 'debian' });
    assert.equal(findings[0]!.cause, 'this Rust is older than the project asks for: 1.88');
    assert.match(findings[0]!.cure, /`debian: sid`.*`sysroot:`/);
    assert.doesNotMatch(await cureOf(log), /sid/);
  });

  it('is told in the words of who installs for all other logs', async () => {
    assert.match(
      await cureOf(`+ apt-get update\n${missing}`),
      /^`apt-get install cmake`, .* stage of the image/,
    );
  });

  for (const environment of ['debian', 'alpine'] as const) {
    it(`installs nothing, of whatever class: ${environment}`, async () => {
      for (const { examples } of failureClasses)
        for (const example of examples)
          assert.doesNotMatch(
            await cureOf(example, environment),
            /`(?:apt-get install|apk add) \w|stage of the image/,
          );
    });
  }
});

it('has who pins another pnpm than the project names pin that one, not give the step a network', async () => {
  const log = [
    'request to https://registry.example/pnpm failed, reason: getaddrinfo EAI_AGAIN registry.example',
    'This error happened while installing a direct dependency of /root/.local/share/pnpm/.tools/pnpm/10.19.0_tmp_9',
    ' ERROR  Command failed with exit code 1: pnpm add pnpm@10.19.0 --loglevel=error',
  ];
  assert.match(await cureOf(log.join('\n'), 'debian'), /^have pnpm 10\.19\.0 in place of the other version/);
});
