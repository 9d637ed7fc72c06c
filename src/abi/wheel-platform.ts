import type { Libc } from './libc.ts';
import { parsePromise } from './promise.ts';

/** What the platform tag of a wheel for Linux says. */
export type WheelPlatform = {
  /** As wheels say it; may go on to a level: `x86_64_v3`. */
  readonly cpu: string;
} & (
  | { readonly libc: Libc; readonly version: string }
  /** Of plain `linux_…`. */
  | { readonly libc: undefined }
);

/** `manylinux_2_17_x86_64`, `manylinux2014_aarch64`, `musllinux_1_2_x86_64`, `linux_armv7l`. */
export function parseWheelPlatform(tag: string): WheelPlatform | undefined {
  const [, family = '', cpu = ''] = /^(linux|(?:many|musl)linux(?:_\d+_\d+|\d+))_(\w+)$/.exec(tag) ?? [];
  if (family === 'linux') return { cpu, libc: undefined };
  const promise = parsePromise(family);
  if (promise?.kind === 'manylinux') return { cpu, libc: 'glibc', version: promise.version };
  if (promise?.kind === 'musllinux') return { cpu, libc: 'musl', version: promise.version };
  return undefined;
}

/** The machine of an ELF audit as a wheel's tag says it; undefined where no tag does. */
export function wheelCpu(machine: string): string | undefined {
  switch (machine) {
    case 'i386':
      return 'i686';
    case 'arm':
      return 'armv7l';
    case 'x86_64':
    case 'aarch64':
    case 'ppc64':
    case 'ppc64le':
    case 's390x':
    case 'riscv64':
    case 'loongarch64':
      return machine;
    default:
      return undefined;
  }
}
