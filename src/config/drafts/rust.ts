import {
  firstMatch,
  fromDebian12,
  plainVersion,
  projectName,
  type Kind,
  type ProjectFiles,
} from './draft.ts';
import { membersInToml } from './members.ts';
import { compilesCrate } from './python-requires.ts';

/** Of Debian 13: `1.N`. */
const RUST = 85;

const BY_DEBIAN = [
  'By the Rust of Debian 13, for arm64 too without emulation, and against the libc of Debian 12: the summary of the build names the',
  'floor that comes of it. Libraries that crates link with go under `packages:` of the sysroot.',
];
const BY_SID = [
  "The project asks for a Rust that is newer than Debian 13's, so it is that of sid, whose packages are soon replaced:",
  '`targetry lock --keep FOLDER` keeps those of the lock. What is built needs no more than the libc of Debian 12.',
];

export const rust: Kind = {
  file: 'Cargo.toml',
  only: {
    where: 'that no pyproject.toml makes a wheel of',
    holds: (files) => !compilesCrate(files.read('pyproject.toml') ?? ''),
  },
  draft(files) {
    const text = files.read('Cargo.toml');
    const packageName = nameOfCrate(text);
    const programs = packageName === undefined ? programsOfMembers(files) : [binaryName(text) ?? packageName];
    const release = programs.map((program) => `"target/\${CARGO_BUILD_TARGET:-.}/release/${program}"`);
    const locked = files.names.has('Cargo.lock') ? ' --locked' : '';
    const isNew = Number(firstMatch(text, /^rust-version\s*=\s*"1\.(\d+)/m) ?? 0) > RUST;
    const suite = isNew ? 'sid' : 'trixie';
    // Of the crates that link a library of the distro, the one that most programs have; pkg-config tells it where that is.
    const linksOpenssl = /^name = "openssl-sys"$/m.test(files.read('Cargo.lock') ?? '');
    const packages = `cargo, ca-certificates, gcc, gcc-aarch64-linux-gnu, "libstd-rust-dev:arm64"${linksOpenssl ? ', pkg-config' : ''}`;
    const libraries = `libc6-dev, libgcc-12-dev${linksOpenssl ? ', libssl-dev' : ''}`;
    const target = (arch: string) => `{ environment: ${suite}, arch: ${arch}, promise: ["glibc:2.36"] }`;
    return {
      what: packageName === undefined ? 'a workspace of Rust' : 'a Rust program',
      name: projectName(packageName, files),
      version: plainVersion(firstMatch(text, /\[(?:workspace\.)?package\][^[]*?^version\s*=\s*"([^"]+)"/ms)),
      notes: isNew ? BY_SID : BY_DEBIAN,
      environments: {
        [suite]: `{ debian: ${suite}, packages: [${packages}], sysroot: { debian: bookworm, packages: [${libraries}] } }`,
      },
      targets: { 'linux-x64-gnu': target('x64'), 'linux-arm64-gnu': target('arm64') },
      steps: [
        `{ name: crates, run: cargo fetch${locked}, network: true }`,
        `{ name: compile, run: cargo build --release --offline${locked} }`,
        // Where cargo is told a target, as for another CPU, that has a folder of its own.
        `{ name: collect, run: 'mkdir -p out && cp ${release.join(' ')} out/' }`,
      ],
      artifacts: programs.map((name) => `{ path: out/${name}, as: "${name}-{target}", kind: executable }`),
      proof: fromDebian12,
    };
  },
};

function nameOfCrate(text: string | undefined): string | undefined {
  return firstMatch(text, /\[package\][^[]*?^name\s*=\s*"([^"]+)"/ms);
}

function binaryName(text: string | undefined): string | undefined {
  return firstMatch(text, /\[\[bin\]\][^[]*?^name\s*=\s*"([^"]+)"/ms);
}

/** Of a workspace that is no package itself: those of its members that have one. */
function programsOfMembers(files: ProjectFiles): readonly string[] {
  const found = membersInToml('Cargo.toml', 'workspace', files).flatMap((folder) => {
    const manifest = files.read(`${folder}/Cargo.toml`);
    const isProgram = files.read(`${folder}/src/main.rs`) !== undefined;
    return binaryName(manifest) ?? (isProgram ? (nameOfCrate(manifest) ?? []) : []);
  });
  return found.length > 0 ? found : [files.name];
}
