import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderFailure } from '../../../src/present/failure.ts';
import { golden } from '../../golden.ts';
import { fileWith, refused } from './project-file.ts';

/** Each is a file with a mistake; the golden file of its name is the whole answer. */
const mistakes: Readonly<Record<string, string>> = {
  'unknown-key': fileWith({
    environments: 'environments:\n  debian-11: { debian: bullseye, package: [gcc] }',
  }),
  'unknown-keys-far-from-any': fileWith({ extra: 'zzzzzz: 1\nqqqqqq: 2' }),
  'comma-without-quotes': fileWith({
    steps: 'steps:\n  - { name: check, run: grep -x "hello, you" out, timeout: 1m }',
  }),
  'wrong-type-text-for-list': fileWith({
    environments: 'environments:\n  debian-11:\n    debian: bullseye\n    packages: gcc\n    recommends: yes',
  }),
  'wrong-type-list-for-mapping': fileWith({ environments: 'environments: [debian-11]' }),
  'wrong-type-mapping-for-text': fileWith({
    artifacts: 'artifacts:\n  - path: out/hello\n    as: {target}\n    kind: executable',
  }),
  'empty-values': fileWith({ targets: 'targets:', steps: 'steps:\n  - name:\n    run: ""' }),
  'missing-keys': fileWith({ name: '', targets: 'targets:\n  linux-x64-gnu:\n    promise: []' }),
  'missing-everything': '',
  'duplicate-key': fileWith({
    steps: 'steps:\n  - name: compile\n    run: make\n    network: true\n    run: make install',
  }),
  'syntax-indent': 'name: hello\n  version: 1\n',
  'syntax-tab': 'name: hello\nenvironments:\n\tdebian-11: {}\n',
  'syntax-braces': fileWith({ artifacts: 'artifacts:\n  - path: x\n    as: {target}/x\n    kind: file' }),
  'syntax-open-list': fileWith({ environments: 'environments:\n  a: { debian: sid, packages: [gcc, make }' }),
  'syntax-list-without-a-key': 'name: hello\n- compile\n',
  'syntax-key-without-a-value': 'name: hello\nversion\n',
  'syntax-open-quote': 'name: "hello\nversion: 1\n',
  'syntax-list-out-of-line': 'name: hello\nsteps:\n- name: compile\n run: make\n',
  'alias-of-itself': 'name: &a [*a]\n',
  'unknown-environment': fileWith({
    targets: 'targets:\n  linux-x64-gnu: { environment: debian-12, arch: x64 }',
  }),
  'unknown-names-in-only': fileWith({
    steps:
      'steps:\n  - name: a\n    run: b\n    only: { target: linux-x64-gn, libc: [glibc, mussl], arch: z80, environment: x }',
  }),
  'unknown-arch': fileWith({ targets: 'targets:\n  a: { environment: debian-11, arch: amd46 }' }),
  'matrix-of-wrong-kinds': fileWith({
    targets: 'matrix: { environment: debian-11, arch: [x64, arm46], exclude: { arch: x64 }, promises: [] }',
  }),
  'matrix-of-unknown-names': fileWith({
    targets:
      'matrix:\n  environment: [debian-11, debian-12]\n  arch: [x64, arm64]\n  exclude: [{ environment: alpine }, { arch: s390x }]\n  name: "{target}-{arhc}"',
  }),
  'matrix-of-one-name': fileWith({
    targets:
      'targets:\n  linux-arm64: { environment: debian-11, arch: arm64 }\nmatrix: { environment: [debian-11], arch: [x64, arm64], libc: [glibc, musl], name: "linux-{arch}" }',
  }),
  'matrix-of-bad-names': fileWith({
    targets: 'matrix: { environment: [debian-11], arch: [x64], name: "linux/{arch}", promise: ["musl"] }',
  }),
  'images-of-two-contents': fileWith({
    artifacts: 'artifacts:\n  - { path: out/hello, as: "{target}", kind: executable }',
    targets:
      'targets:\n  gnu: { environment: debian-11, arch: x64 }\n  musl: { environment: debian-11, arch: x64, libc: musl }\n  arm: { environment: debian-11, arch: arm64, builder: x64 }',
    images:
      'images:\n  build: {}\n  test: { only: { arch: arm64 }, name: "{name}:x" }\n  run: { name: "{name}:x" }',
  }),
  'images-of-bad-values': fileWith({
    artifacts: 'artifacts:\n  - { path: x.whl, kind: wheel }',
    images:
      'images:\n  test: { user: "a b", workdir: src }\n  run: { entrypoint: hello, with: [] }\n  runs: {}',
  }),
  'images-of-nothing-that-runs': fileWith({
    artifacts: 'artifacts:\n  - { path: x.whl, kind: wheel }',
    images:
      'images:\n  build: { name: Hello }\n  test: { name: "{nam}:{version}", environment: debian-12, labels: { a: "{b}" } }\n  run: {}',
  }),
  'unknown-builder': fileWith({
    targets: 'targets:\n  a: { environment: debian-11, arch: arm64, builder: x46 }',
  }),
  'bad-steps': fileWith({
    steps: [
      'steps:',
      '  - { name: a, run: b, timeout: 20 minutes, user: "no body", inputs: [] }',
      '  - { name: "c {each.x}", run: d, each: { Python: [1], y: [] } }',
    ].join('\n'),
  }),
  'bad-values-of-steps': fileWith({
    steps: [
      'steps:',
      '  - { name: a, run: b, timeout: 0s, inputs: [/etc/passwd, ../x] }',
      '  - { name: "c {each.x}", run: d, each: { path: [1], y: [2, 2] }, env: { Z: "{each.z}" } }',
    ].join('\n'),
  }),
  'unknown-release': fileWith({ environments: 'environments:\n  debian-11: { debian: bulseye }' }),
  'environments-of-nothing-and-of-two-things': fileWith({
    environments: [
      'environments:',
      '  debian-11: { packages: [gcc] }',
      '  two: { debian: 11, alpine: 3.20 }',
    ].join('\n'),
  }),
  'bad-values-of-environments': fileWith({
    environments: [
      'environments:',
      '  debian-11: { debian: 11, users: [Build], tools: { npm: pnpm } }',
      '  old: { alpine: 3.2, repositories: [{ key: x, prio: high }] }',
      '  wolfi: { wolfi: yes }',
    ].join('\n'),
  }),
  'environments-whose-parts-do-not-fit': fileWith({
    environments: [
      'environments:',
      '  debian-11: { debian: 11, repositories: [{ url: "file:vendor" }] }',
      '  image: { image: debian, packages: [gcc], recommends: true }',
      '  alpine: { alpine: 3.20, recommends: true, repositories: [{ url: "file:x", suite: local, priority: 9 }] }',
    ].join('\n'),
  }),
  'bad-repositories': fileWith({
    environments: [
      'environments:',
      '  debian-11:',
      '    debian: 11',
      '    repositories:',
      '      - { url: vendor/repo, suite: local }',
      '      - { url: "https://me:secret@example.org/debian", suite: local }',
      '      - { url: "https://example.com/debian", suite: local, tag: x }',
      '      - { url: "https://example.net/debian", suite: local, components: [a] }',
    ].join('\n'),
  }),
  'bad-name': fileWith({ targets: 'targets:\n  linux/x64: { environment: debian-11, arch: x64 }' }),
  'bad-variable': fileWith({
    steps: 'steps:\n  - { name: a, run: b, env: { MY-VARIABLE: "1" } }',
  }),
  'bad-promises': fileWith({
    targets:
      'targets:\n  a: { environment: debian-11, arch: x64, promise: [glibc-2.31, "glibc:2.31", musl, manylinux_2_28] }\n' +
      '  b: { environment: debian-11, arch: x64, libc: musl, promise: [static, "glibc:2.31"] }',
    artifacts: 'artifacts:\n  - { path: x, as: "x-{target}", kind: file }',
  }),
  'not-yet': fileWith({
    environments: 'environments:\n  rocky: { rocky: 9, packages: [gcc] }',
    targets: 'targets:\n  a: { environment: rocky, arch: x64 }',
    steps: 'steps:\n  - { name: deps, run: npm ci }',
  }),
  'bad-builders': fileWith({
    builders:
      'builders: { linux/mips: "tcp://a:1234", any: ["unix:///run/b", "tcp://c:1234"], arm64: "ssh://-d" }',
  }),
  'bad-places-for-results': fileWith({
    cache:
      'cache: { to: [inline, "registry://example.org/Cache"], from: ["registry://nowhere", "s3://bucket", "file:"] }',
  }),
  placeholders: fileWith({
    steps:
      'steps:\n  - { name: a, run: b, env: { X: "{tagret}", Y: "{each.python}", Z: "${HOME} {a,b} {\\"j\\": 1}" } }',
    artifacts: 'artifacts:\n  - { path: "{name}-{version}", kind: file }',
  }),
  'artifacts-of-one-name': fileWith({
    targets:
      'targets:\n  a: { environment: debian-11, arch: x64 }\n  b: { environment: debian-11, arch: arm64 }',
  }),
  'artifacts-of-one-name-in-one-target': fileWith({
    artifacts:
      'artifacts:\n  - { path: out/hello, kind: executable }\n  - { path: bin/{name}, as: hello, kind: file }'.replace(
        'bin/{name}',
        '"bin/{name}"',
      ),
  }),
  'bad-caches-and-secrets': fileWith({
    steps: [
      'steps:',
      '  - name: a',
      '    run: b',
      '    caches: [npmm, npm, npm, { name: ccache, env: CCACHE }]',
      '  - name: c',
      '    run: d',
      '    caches: [{ name: root, path: / }, { name: home, path: ~/x }, { name: own, path: ../x }]',
      '    secrets: [A, A, { name: B }, { name: C, path: $HOME/c }]',
    ].join('\n'),
  }),
  'steps-of-one-name': fileWith({ steps: 'steps:\n  - { name: a, run: b }\n  - { name: a, run: c }' }),
  'artifacts-named-as-folders': fileWith({
    artifacts:
      'artifacts:\n  - { path: a, as: "lib/{target}/", kind: file }\n  - { path: b, as: ., kind: file }',
  }),
  'paths-outside': fileWith({ artifacts: 'artifacts:\n  - { path: /etc/passwd, as: ../x, kind: file }' }),
};

describe('a mistake in targetry.yaml is answered with', () => {
  for (const [name, yaml] of Object.entries(mistakes)) {
    it(name, () => golden(`config/${name}.txt`, renderFailure(refused(yaml), { color: false })));
  }

  const overrides: Readonly<Record<string, readonly string[]>> = {
    'set-nothing': ['version'],
    'set-unknown-key': ['steps.compile.rum=make', 'source.ignore=docs'],
    'set-unknown-item': ['steps.compil.run=make'],
    'set-below-text': ['name.first=x'],
    'set-not-yaml': ['targets.linux-x64-gnu.promise=["glibc:2.31"'],
    'set-unknown-name': ['targets.linux-x64-gnu.environment=debian-12'],
  };
  for (const [name, set] of Object.entries(overrides)) {
    it(name, () => golden(`config/${name}.txt`, renderFailure(refused(fileWith({}), set), { color: false })));
  }

  it('the same place whether lines end in LF or CRLF, and whether the file starts with a byte order mark', () => {
    const yaml = mistakes['unknown-key']!;
    const expected = refused(yaml).diagnostics;
    assert.deepEqual(refused(yaml.replaceAll('\n', '\r\n')).diagnostics, expected);
    assert.deepEqual(refused(`\uFEFF${yaml}`).diagnostics, expected);
  });

  it('that it is not UTF-8', () => {
    assert.equal(refused(Buffer.from([0x6e, 0xff, 0xfe])).code, 'config-syntax');
  });
});
