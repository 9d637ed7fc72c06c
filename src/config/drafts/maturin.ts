import { firstMatch, plainVersion, projectName, type Draft, type ProjectFiles } from './draft.ts';
import { buildRequires, installStep } from './python-requires.ts';

/** Of Debian 13: `1.N`. */
const RUST = 85;

/** A wheel by Rust alone: Python's headers are not asked for, so what it links may be older than the Python. */
export function maturinDraft(files: ProjectFiles): Draft {
  const text = files.read('pyproject.toml')!;
  const manifest = firstMatch(text, /^manifest-path\s*=\s*["']([^"']+)["']/m) ?? 'Cargo.toml';
  const crate = files.read(manifest);
  const versioned = /^version\s*=\s*"([^"]+)"/m;
  const locked = files.names.has('Cargo.lock') ? ' --locked' : '';
  const rust = Number(firstMatch(crate, /^rust-version\s*=\s*"1\.(\d+)/m) ?? 0);
  return {
    what: 'a Python package of Rust',
    name: projectName(firstMatch(text, /^name\s*=\s*["']([^"']+)["']/m), files),
    version: plainVersion(firstMatch(text, versioned) ?? firstMatch(crate, versioned)),
    notes: [
      'By the Python and the Rust of Debian 13, for arm64 too without emulation, and against the libc of Debian 12. The summary of',
      'the build names the oldest tag that the wheel may carry.',
      ...(rust > RUST
        ? [
            `The project asks for Rust 1.${rust}, and Debian 13 has 1.${RUST}: take \`debian: sid\`, and the Python that it has in the step wheel.`,
          ]
        : []),
    ],
    environments: {
      trixie:
        '{ debian: trixie, packages: [cargo, ca-certificates, gcc, gcc-aarch64-linux-gnu, "libstd-rust-dev:arm64", python3, python3-pip], sysroot: { debian: bookworm, packages: [libc6-dev, libgcc-12-dev] } }',
    },
    targets: { 'linux-x64': target('x64', 'x86_64'), 'linux-arm64': target('arm64', 'aarch64') },
    steps: [
      installStep(buildRequires(text)),
      `{ name: crates, run: cargo fetch${locked}${manifest === 'Cargo.toml' ? '' : ` --manifest-path ${manifest}`}, network: true }`,
      `{ name: wheel, run: maturin build --release --offline${locked} --compatibility manylinux_2_36 --interpreter python3.13 --out wheels }`,
    ],
    artifacts: ['{ path: "wheels/*.whl", kind: wheel }'],
    // Others have another Python.
    proof: ['debian-13'],
  };
}

/** maturin takes the tag from the variable where that is set, as where another CPU is built for. */
function target(arch: string, machine: string): string {
  return `{ environment: trixie, arch: ${arch}, env: { _PYTHON_HOST_PLATFORM: manylinux_2_36_${machine} }, promise: [manylinux_2_36] }`;
}
