import { cpuOf, type Arch } from '../abi/cpu.ts';
import type { Libc } from '../abi/libc.ts';
import { binutil, mainCompilers, pkgConfigFolders, type Toolchain } from './toolchain.ts';
import { toolchainFolder } from './wrapper.ts';

/** Programs that are called by such variables. */
export const binutilVariables = ['AR', 'LD', 'NM', 'OBJCOPY', 'OBJDUMP', 'RANLIB', 'READELF', 'STRIP'];

/** What build systems have to hear to compile against a sysroot. */
export function toolchainVariables(toolchain: Toolchain): Record<string, string> {
  const { layout, compilers, cross, sysroot } = toolchain;
  const place = `${sysroot}/${toolchainFolder}`;
  const { c, 'c++': cxx } = mainCompilers(toolchain);
  return {
    TARGETRY_SYSROOT: sysroot,
    PKG_CONFIG_SYSROOT_DIR: sysroot,
    PKG_CONFIG_LIBDIR: pkgConfigFolders(layout, sysroot),
    ...(c !== undefined && {
      CC: `${place}/bin/${c}`,
      ...(cxx !== undefined && { CXX: `${place}/bin/${cxx}` }),
      CMAKE_TOOLCHAIN_FILE: `${place}/toolchain.cmake`,
      TARGETRY_MESON_CROSS: `${place}/meson.cross`,
      ...cargoVariables(toolchain, `${place}/bin/${c}`),
      ...Object.fromEntries(binutilVariables.map((name) => [name, binutil(compilers, name.toLowerCase())])),
    }),
    ...(cross && {
      CONFIG_SITE: `${place}/config.site`,
      // node-gyp and prebuildify ask npm's configuration, Python's build tools these.
      npm_config_arch: cpuOf(layout.arch).node,
      npm_config_libc: layout.libc,
      _PYTHON_HOST_PLATFORM: `linux-${cpuOf(layout.arch).machine}`,
    }),
  };
}

/** Where results run here, cargo's own `target/release` stays where scripts expect it. */
function cargoVariables({ layout, cross }: Toolchain, linker: string): Record<string, string> {
  const triplet = rustTriplet(layout.arch, layout.libc);
  if (triplet === undefined) return {};
  const name = triplet.toUpperCase().replaceAll('-', '_');
  return {
    [`CARGO_TARGET_${name}_LINKER`]: linker,
    ...(cross && { CARGO_BUILD_TARGET: triplet, HOST_CC: 'cc', HOST_CXX: 'c++' }),
  };
}

function rustTriplet(arch: Arch, libc: Libc): string | undefined {
  const machine = { x64: 'x86_64', arm64: 'aarch64', x86: 'i686', ppc64le: 'powerpc64le' }[arch as string];
  const abi = libc === 'glibc' ? 'gnu' : 'musl';
  if (arch === 'arm') return `armv7-unknown-linux-${abi}eabihf`;
  if (arch === 'riscv64') return `riscv64gc-unknown-linux-${abi}`;
  if (arch === 's390x') return `s390x-unknown-linux-${abi}`;
  return machine === undefined ? undefined : `${machine}-unknown-linux-${abi}`;
}
