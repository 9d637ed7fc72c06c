import { firstMatch, fromDebian12, plainVersion, projectName, type Kind } from './draft.ts';

function zigTarget(arch: string, triple: string, promise: string): string {
  return `{ environment: zig, arch: ${arch}, builder: x64, env: { ZIG_TARGET: ${triple} }, promise: [${promise}] }`;
}

export const zig: Kind = {
  file: 'build.zig',
  draft(files) {
    const name = projectName(
      firstMatch(files.read('build.zig'), /\.name\s*=\s*"([^"]+)"/) ??
        firstMatch(files.read('build.zig.zon'), /\.name\s*=\s*\.?"?(\w+)/),
      files,
    );
    return {
      what: 'a project of Zig',
      name,
      version: plainVersion(firstMatch(files.read('build.zig.zon'), /\.version\s*=\s*"([^"]+)"/)),
      notes: ['Zig compiles for every libc and CPU by itself, so one environment serves all targets.'],
      environments: { zig: '{ debian: bookworm, tools: { pypi: [ziglang==0.15.1] } }' },
      targets: {
        'linux-x64-gnu': zigTarget('x64', 'x86_64-linux-gnu.2.17', '"glibc:2.17"'),
        'linux-x64-musl': zigTarget('x64', 'x86_64-linux-musl', 'static').replace('env:', 'libc: musl, env:'),
        'linux-arm64-gnu': zigTarget('arm64', 'aarch64-linux-gnu.2.17', '"glibc:2.17"'),
        'linux-arm64-musl': zigTarget('arm64', 'aarch64-linux-musl', 'static').replace(
          'env:',
          'libc: musl, env:',
        ),
      },
      steps: ['{ name: build, run: \'zig build -Dtarget="$ZIG_TARGET" -Doptimize=ReleaseSafe\' }'],
      artifacts: [`{ path: zig-out/bin/${name}, as: "${name}-{target}", kind: executable }`],
      proof: fromDebian12,
    };
  },
};
