import { firstMatch, fromDebian12, projectName, type Draft, type Kind } from './draft.ts';

function goTarget(arch: string, goArch: string): string {
  return `{ environment: trixie, arch: ${arch}, builder: x64, env: { CGO_ENABLED: "0", GOARCH: ${goArch} }, promise: [static] }`;
}

export const go: Kind = {
  file: 'go.mod',
  draft(files) {
    const module = firstMatch(files.read('go.mod'), /^module\s+(\S+)/m);
    const name = projectName(
      module
        ?.replace(/\/v\d+$/, '')
        .split('/')
        .at(-1),
      files,
    );
    const sources = [...files.names].filter((file) => file.endsWith('.go') && !file.endsWith('_test.go'));
    const texts = sources.map((file) => files.read(file) ?? '');
    const isProgram = texts.some((text) => /^package main\b/m.test(text));
    const place = isProgram || !files.names.has('cmd') ? '.' : `./cmd/${name}`;
    const usesC =
      texts.some((text) => /^import "C"$/m.test(text)) || CGO_MODULE.test(files.read('go.mod') ?? '');
    const { notes, environments, targets, flags } = usesC ? withC : withoutC;
    return {
      what: isProgram || place !== '.' ? 'a Go program' : 'a Go module',
      name,
      notes: [
        ...notes,
        ...(isProgram
          ? []
          : ['No `package main` is at the top, so where the program lies is a guess: see `compile`.']),
      ],
      environments,
      targets,
      steps: [
        '{ name: modules, run: go mod download, network: true }',
        `{ name: compile, run: 'go build -trimpath${flags} -o out/${name} ${place}' }`,
      ],
      artifacts: [`{ path: out/${name}, as: "${name}-{target}", kind: executable }`],
      proof: fromDebian12,
    };
  },
};

/** Of modules that are C below, the one that most programs have. */
const CGO_MODULE = /\bgithub\.com\/mattn\/go-sqlite3\b/;

type GoWay = Pick<Draft, 'notes' | 'environments' | 'targets'> & { readonly flags: string };

const withoutC: GoWay = {
  notes: [
    'Without cgo the program needs no libc at all. With it, add gcc and libc6-dev, and one target for each libc.',
  ],
  environments: { trixie: '{ debian: trixie, packages: [golang-go, ca-certificates] }' },
  targets: { 'linux-x64': goTarget('x64', 'amd64'), 'linux-arm64': goTarget('arm64', 'arm64') },
  flags: '',
};

function cgoEnvironment(packages: string): string {
  return `{ debian: trixie, packages: [golang-go, ca-certificates, gcc, gcc-aarch64-linux-gnu], sysroot: { debian: bookworm, packages: [${packages}] } }`;
}

function cgoTarget(arch: string, goArch: string, isMusl: boolean): string {
  const env = `CGO_ENABLED: "1", GOARCH: ${goArch}`;
  return isMusl
    ? `{ environment: musl, arch: ${arch}, libc: musl, env: { ${env}, LINK: -linkmode=external -extldflags=-static }, promise: [static] }`
    : `{ environment: glibc, arch: ${arch}, env: { ${env} }, promise: ["glibc:2.36"] }`;
}

const withC: GoWay = {
  notes: [
    "With cgo the program needs a libc: Debian 12's glibc, or musl, linked statically. Libraries that it uses go under `packages:` of",
    'the sysroot; for musl take an Alpine one, as Debian has none.',
  ],
  environments: { glibc: cgoEnvironment('libc6-dev'), musl: cgoEnvironment('musl-dev, libgcc-12-dev') },
  targets: {
    'linux-x64-gnu': cgoTarget('x64', 'amd64', false),
    'linux-x64-musl': cgoTarget('x64', 'amd64', true),
    'linux-arm64-gnu': cgoTarget('arm64', 'arm64', false),
    'linux-arm64-musl': cgoTarget('arm64', 'arm64', true),
  },
  flags: ' -ldflags="${LINK:-}"',
};
