/**
 * The hello example in a small root. A daemon is sent all of a root first, and that of the example is a whole set of cross
 * compilers: `hello.test.ts` has each kind of daemon build it, and what isn't about the root takes this one.
 */
import type { TestContext } from 'node:test';
import { helloProject } from '../build/command-line.ts';

const environment = `name: hello
version: 1.0
environments:
  debian-11: { debian: bullseye, packages: [tcc, libc6-dev, make] }
`;

/** Four targets of two CPUs, as the example has them, of which each makes other bytes; all are made by a compiler of x64. */
const project = `${environment}
targets:
  linux-x64-gnu: { environment: debian-11, arch: x64, env: { CC: tcc } }
  linux-x64-musl: { environment: debian-11, arch: x64, env: { CC: tcc } }
  linux-arm64-gnu: { environment: debian-11, arch: arm64, builder: x64, env: { CC: tcc } }
  linux-arm64-musl: { environment: debian-11, arch: arm64, builder: x64, env: { CC: tcc } }
steps:
  - { name: note, run: echo for one alone >note, only: { target: linux-arm64-musl } }
  - { name: compile, run: "make OUT=out/hello; echo $TARGETRY_TARGET >>out/hello" }
artifacts:
  - { path: out/hello, as: "hello-{target}", kind: file }
`;

/** With the targets, or with what is told to come in place of them and all that follows. */
export function lightProject(t: TestContext, instead?: string): string {
  return helloProject(t, { 'targetry.yaml': instead === undefined ? project : environment + instead });
}
