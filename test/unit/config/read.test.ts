import assert from 'node:assert/strict';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { placeholdersOf, substitute, variablesOf } from '../../../src/config/placeholders.ts';
import { findProject, readProject } from '../../../src/config/read.ts';
import { selectTargets, stepsFor } from '../../../src/config/select.ts';
import { Failure } from '../../../src/report/failure.ts';
import { fileWith, projectFolder, read } from './project-file.ts';

const hello = `
name: hello
version: 1.10
environments:
  debian-11: { debian: 11, packages: [gcc, "libssl-dev=1.1.*", -emacs], env: { LANG: C.UTF-8, ON: yes } }
  modern:
    debian: trixie
    recommends: true
targets:
  linux-x64-gnu:    { environment: debian-11, arch: amd64, promise: ["glibc:2.31"], env: { CC: gcc } }
  linux-arm64-gnu:  { environment: modern, arch: aarch64, builder: amd64 }
  linux-x64-musl:   { environment: debian-11, arch: x64, libc: musl, promise: [static, musl] }
  windows-ish-x86:  { environment: debian-11, arch: i686, env: { NODE: "{node.platform}-{node.arch}" } }
steps:
  - name: compile
    run: |
      make
      make install
    env: { CC: "{target}-cc", OUT: "out/{name}-{version}" }
    network: true
  - { name: test, run: make check, only: { libc: glibc, arch: [amd64, x86] }, except: { target: windows-ish-x86 } }
artifacts:
  - { path: "out/*", as: "{environment}/{name}-{version}-{target}", kind: executable }
`;

describe('reading targetry.yaml', () => {
  const { project, warnings } = read(hello);
  const target = (name: string) => project.targets.find((target) => target.name === name)!;
  const steps = (name: string) => stepsFor(project, target(name)).map((step) => step.name);
  const selected = (...patterns: string[]) => selectTargets(project, patterns).map((target) => target.name);

  it('takes every scalar as written', () => {
    assert.equal(project.version, '1.10');
    assert.deepEqual(project.environments.get('debian-11')!.env, { LANG: 'C.UTF-8', ON: 'yes' });
    assert.equal(project.steps[0]!.run, 'make\nmake install\n');
    assert.deepEqual(warnings, []);
  });

  it('tells where daemons share results', () => {
    const { results, folder } = read(
      fileWith({
        cache:
          'cache: { to: [github, "file:kept"], from: ["registry://example.org:5000/a/b:main", "registry://example.org/c"] }',
      }),
    ).project;
    assert.deepEqual(results, {
      to: [{ kind: 'github' }, { kind: 'folder', folder: join(folder, 'kept') }],
      from: [
        { kind: 'registry', repository: 'example.org:5000/a/b', tag: 'main' },
        { kind: 'registry', repository: 'example.org/c', tag: undefined },
      ],
    });
    assert.deepEqual(project.results, { from: [], to: [] });
  });

  it('fills in defaults, code names and the names of CPUs', () => {
    const [first, second] = [...project.environments.values()];
    assert.deepEqual([first!.base, first!.recommends], [{ distro: 'debian', release: 'bullseye' }, false]);
    assert.deepEqual(second!.base, { distro: 'debian', release: 'trixie' });
    assert.deepEqual([second!.recommends, second!.packages], [true, []]);
    assert.deepEqual(
      project.targets.map(({ arch, builder, libc }) => `${arch} on ${builder} ${libc}`),
      ['x64 on x64 glibc', 'arm64 on x64 glibc', 'x64 on x64 musl', 'x86 on x86 glibc'],
    );
    assert.deepEqual(project.source, { ignore: [] });
  });

  it('knows the place of each package', () => {
    const { at } = project.environments.get('debian-11')!.packages[1]!;
    assert.equal(at.text.slice(at.column - 1, at.column - 1 + at.length), '"libssl-dev=1.1.*"');
    assert.equal(at.line, 5);
  });

  it('substitutes placeholders and leaves other braces alone', () => {
    const [compile] = project.steps;
    assert.deepEqual(variablesOf(project, target('linux-x64-gnu'), compile!), {
      LANG: 'C.UTF-8',
      ON: 'yes',
      CC: 'linux-x64-gnu-cc',
      OUT: 'out/hello-1.10',
    });
    assert.equal(variablesOf(project, target('windows-ish-x86'), compile!)['NODE'], 'linux-ia32');
    const values = placeholdersOf({ project, target: target('linux-x64-musl') });
    assert.equal(
      substitute('{environment}/{libc}.{arch} ${HOME} {a,b} {}', values),
      'debian-11/musl.x64 ${HOME} {a,b} {}',
    );
  });

  it('selects steps by what the target is', () => {
    assert.deepEqual(steps('linux-x64-gnu'), ['compile', 'test']);
    assert.deepEqual(steps('linux-x64-musl'), ['compile']);
    assert.deepEqual(steps('windows-ish-x86'), ['compile']);
  });

  it('makes a target of every combination of a matrix, besides the ones that are written', () => {
    const { project } = read(
      fileWith({
        targets: [
          'targets:',
          '  extra: { environment: debian-11, arch: x86 }',
          'matrix:',
          '  environment: [debian-11]',
          '  arch: [amd64, arm64]',
          '  libc: [glibc, musl]',
          '  builder: x64',
          '  env: { T: "{target}" }',
          '  exclude: [{ arch: aarch64, libc: musl }]',
          '  name: "linux-{arch}-{libc}"',
        ].join('\n'),
        steps: 'steps:\n  - { name: a, run: b, only: { target: linux-x64-musl } }',
        artifacts: 'artifacts:\n  - { path: x, as: "x-{target}", kind: file }',
      }),
    );
    assert.deepEqual(
      project.targets.map(({ name, arch, builder, libc }) => [name, arch, builder, libc]),
      [
        ['extra', 'x86', 'x86', 'glibc'],
        ['linux-x64-glibc', 'x64', 'x64', 'glibc'],
        ['linux-x64-musl', 'x64', 'x64', 'musl'],
        ['linux-arm64-glibc', 'arm64', 'x64', 'glibc'],
      ],
    );
    const plain = read(
      fileWith({
        targets: 'matrix: { environment: [debian-11], arch: [x64, arm64] }',
        artifacts: 'artifacts:\n  - { path: x, as: "x-{target}", kind: file }',
      }),
    );
    assert.deepEqual(
      plain.project.targets.map(({ name }) => name),
      ['debian-11-x64', 'debian-11-arm64'],
    );
  });

  it('takes values that are set on the command line over those of the file', () => {
    const { project } = read(hello, [
      'version=2.0',
      'environments.debian-11.packages=[gcc, clang]',
      'steps.test.run=make test',
      'steps.0.env.OUT=elsewhere',
      'targets.new={ environment: modern, arch: s390x }',
      'targets.linux-x64-gnu.env.CC=gcc-10',
    ]);
    assert.equal(project.version, '2.0');
    assert.deepEqual(
      project.environments.get('debian-11')!.packages.map(({ name }) => name),
      ['gcc', 'clang'],
    );
    assert.deepEqual([project.steps[1]!.run, project.steps[0]!.env['OUT']], ['make test', 'elsewhere']);
    assert.deepEqual([project.targets.at(-1)!.arch, project.targets[0]!.env['CC']], ['s390x', 'gcc-10']);
  });

  it('repeats a step for every combination of the values of each', () => {
    const { project } = read(
      fileWith({
        steps:
          'steps:\n  - { name: "wheel {each.python}", run: x, each: { python: [3.9, 3.10], abi: [a, b] }, env: { T: "cp{each.python}" } }',
      }),
    );
    assert.deepEqual(
      project.steps.map((step) => [step.name, variablesOf(project, project.targets[0]!, step)]),
      [
        ['wheel 3.9 a', { PYTHON: '3.9', ABI: 'a', T: 'cp3.9' }],
        ['wheel 3.9 b', { PYTHON: '3.9', ABI: 'b', T: 'cp3.9' }],
        ['wheel 3.10 a', { PYTHON: '3.10', ABI: 'a', T: 'cp3.10' }],
        ['wheel 3.10 b', { PYTHON: '3.10', ABI: 'b', T: 'cp3.10' }],
      ],
    );
  });

  it('warns of inputs that come after a step that sees the whole source, where one target runs both', () => {
    const steps = (only: string) =>
      fileWith({
        steps: `steps:\n  - { name: all, run: x${only} }\n  - { name: late, run: y, inputs: [a.txt], timeout: 1h30m, user: root }`,
      });
    const { project, warnings } = read(steps(''));
    assert.deepEqual(
      warnings.map(({ code, severity, at }) => [code, severity, at?.line]),
      [['step-inputs-late', 'warning', 8]],
    );
    assert.deepEqual([project.steps[1]!.timeout, project.steps[1]!.user], [5_400_000, undefined]);
    assert.deepEqual(read(steps(', only: { libc: musl }')).warnings, []);
  });

  it('selects targets by names and globs, in the order of the file', () => {
    assert.deepEqual(selected('*-musl', 'linux-x64-gnu'), ['linux-x64-gnu', 'linux-x64-musl']);
    assert.equal(selected().length, 4);
    assert.deepEqual(selected('linux-x64-???'), ['linux-x64-gnu']);
    assert.throws(() => selected('linux-x64-gun'), {
      code: 'target-unknown',
      hint: /^did you mean `linux-x64-gnu`/,
    });
    assert.throws(() => selected('darwin-*'), { hint: `the targets are: ${selected().join(', ')}` });
  });

  it('knows the places of a proof: its own environments, and releases', () => {
    const { project } = read(
      fileWith({ proof: 'proof:\n  - { in: [debian-12, alpine-3.20], run: "$ARTIFACT" }' }),
    );
    assert.deepEqual(
      project.proof.map((rule) => [rule.in.map(({ name }) => name), rule.run]),
      [[['debian-12', 'alpine-3.20'], '$ARTIFACT']],
    );
    assert.throws(
      () => read(fileWith({ proof: 'proof:\n  - { in: [debain-12] }' })),
      ({ diagnostics: [wrong] }: Failure) =>
        wrong!.code === 'config-name-unknown' && wrong!.hint!.startsWith('did you mean `debian-12`'),
    );
  });

  it('follows aliases', () => {
    const { project } = read(
      fileWith({
        environments:
          'environments:\n  debian-11: { debian: sid, packages: &p [gcc] }\n  b: { debian: 12, packages: *p }',
      }),
    );
    assert.deepEqual(
      project.environments.get('b')!.packages.map(({ name }) => name),
      ['gcc'],
    );
  });

  it('answers any text with a failure or a project, never with a bug', () => {
    const piece = fc.constantFrom(
      'name',
      ': ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      'targets',
      '"',
      '|',
      '&a ',
      '*a',
      '#',
      ',',
      '__proto__',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          read(pieces.join(''));
        } catch (error) {
          assert.ok(error instanceof Failure, String(error));
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('a key that is misspelt', () => {
  it('is the only mistake, though the one that was meant is missing', () => {
    assert.throws(
      () => read('name: x\nenviroments: { a: { debian: 12 } }\n'),
      ({ diagnostics }: Failure) => {
        assert.deepEqual(
          diagnostics.map(({ code, hint }) => [code, hint]),
          [['config-key-unknown', 'did you mean `environments`?']],
        );
        return true;
      },
    );
  });
});

describe('finding the project', () => {
  it('says of a folder that is not there that it is not, and not that its file is missing', () => {
    assert.throws(() => findProject('/no/such/folder'), { message: 'there is no folder /no/such/folder' });
  });

  it('takes a file of environments alone, with or without the CPUs they are for', () => {
    const environments = 'name: x\nenvironments: { a: { debian: 12 } }\n';
    assert.deepEqual(read(environments).project.targets, []);
    const { targets, artifacts } = read(
      `${environments}matrix: { environment: [a], arch: [x64, arm64] }\n`,
    ).project;
    assert.deepEqual(
      targets.map(({ builder }) => builder),
      ['x64', 'arm64'],
    );
    assert.deepEqual(artifacts, []);
    for (const half of ['steps: [{ name: a, run: b }]', 'artifacts: [{ path: a, kind: file }]'])
      assert.throws(() => read(`${environments}${half}\n`), { code: 'config-invalid' });
  });

  it('looks in the folders above, and names the file as seen from here', () => {
    const folder = projectFolder('name: x');
    const below = join(folder, 'src/deep');
    mkdirSync(below, { recursive: true });
    assert.equal(findProject(below), folder);
    assert.throws(() => readProject(folder, below), { message: '../../targetry.yaml has a mistake' });
  });

  it('says what to write where there is none, and that .yml is not enough', () => {
    const folder = projectFolder('name: x');
    renameSync(join(folder, 'targetry.yaml'), join(folder, 'targetry.yml'));
    assert.throws(() => findProject(folder), { code: 'config-missing', hint: 'rename it to targetry.yaml' });
    assert.throws(
      () => findProject('/'),
      (error: Failure) => {
        assert.doesNotThrow(() => read(error.excerpt.join('\n')));
        return error.code === 'config-missing';
      },
    );
  });
});
