/** One CPU family by all the names the world has for it. */
interface Cpu {
  /** Targetry's name. */
  readonly arch: Arch;
  /** As Node and npm say it. */
  readonly node: string;
  readonly debian: string;
  readonly alpine: string;
  /** As an ELF audit and the kernel say it. */
  readonly machine: string;
  /** As GNU compilers prefix their names: `aarch64-linux-gnu`. */
  readonly gnu: string;
  /** As OCI and BuildKit say it, with a variant after a slash. */
  readonly oci: string;
  /** Other names that users may write. */
  readonly aliases: readonly string[];
}

export type Arch = 'x64' | 'arm64' | 'x86' | 'arm' | 'riscv64' | 'ppc64le' | 's390x';

export const cpus: readonly Cpu[] = [
  {
    arch: 'x64',
    node: 'x64',
    debian: 'amd64',
    alpine: 'x86_64',
    machine: 'x86_64',
    gnu: 'x86_64-linux-gnu',
    oci: 'amd64',
    aliases: ['x86-64'],
  },
  {
    arch: 'arm64',
    node: 'arm64',
    debian: 'arm64',
    alpine: 'aarch64',
    machine: 'aarch64',
    gnu: 'aarch64-linux-gnu',
    oci: 'arm64',
    aliases: ['armv8'],
  },
  {
    arch: 'x86',
    node: 'ia32',
    debian: 'i386',
    alpine: 'x86',
    machine: 'i386',
    gnu: 'i686-linux-gnu',
    oci: '386',
    aliases: ['ia32', 'i686'],
  },
  {
    arch: 'arm',
    node: 'arm',
    debian: 'armhf',
    alpine: 'armv7',
    machine: 'arm',
    gnu: 'arm-linux-gnueabihf',
    oci: 'arm/v7',
    aliases: ['armv7l'],
  },
  {
    arch: 'riscv64',
    node: 'riscv64',
    debian: 'riscv64',
    alpine: 'riscv64',
    machine: 'riscv64',
    gnu: 'riscv64-linux-gnu',
    oci: 'riscv64',
    aliases: [],
  },
  {
    arch: 'ppc64le',
    node: 'ppc64',
    debian: 'ppc64el',
    alpine: 'ppc64le',
    machine: 'ppc64le',
    gnu: 'powerpc64le-linux-gnu',
    oci: 'ppc64le',
    aliases: [],
  },
  {
    arch: 's390x',
    node: 's390x',
    debian: 's390x',
    alpine: 's390x',
    machine: 's390x',
    gnu: 's390x-linux-gnu',
    oci: 's390x',
    aliases: [],
  },
];

export function cpuOf(arch: Arch): Cpu {
  return cpus.find((cpu) => cpu.arch === arch)!;
}

/** Understands all names that tell CPUs apart: `amd64`, `x86_64`, `aarch64`, `armhf` … (Node's `ppc64` may be another one.) */
export function parseArch(word: string): Arch | undefined {
  const name = word.toLowerCase();
  return cpus.find((cpu) =>
    [cpu.arch, cpu.debian, cpu.alpine, cpu.machine, cpu.oci, ...cpu.aliases].includes(name),
  )?.arch;
}

/** OCI's name in two parts: `arm` and `v7`; most have but one. */
export function ociPlatform(arch: Arch): {
  readonly architecture: string;
  readonly variant: string | undefined;
} {
  const [architecture, variant] = cpuOf(arch).oci.split('/');
  return { architecture: architecture!, variant };
}

/** OCI's name without the variant, as engines tell CPUs apart. */
export function ociCpu(arch: Arch): string {
  return ociPlatform(arch).architecture;
}

/** Of the machine that this runs on. */
export function archHere(): Arch {
  return cpus.find(({ node }) => node === process.arch)!.arch;
}
