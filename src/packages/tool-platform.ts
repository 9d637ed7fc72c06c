import { cpuOf, type Arch } from '../abi/cpu.ts';
import type { Libc } from '../abi/libc.ts';

/** What a root is to a package that has to fit into it. */
export interface ToolPlatform {
  readonly arch: Arch;
  readonly libc: Libc;
  /** `2.31`, `1.2.5`. */
  readonly libcVersion: string;
  /** `3.11`; undefined where the root has no Python. */
  readonly python: string | undefined;
}

/** For messages: `x64 with glibc 2.31`. */
export function platformInWords({ arch, libc, libcVersion }: ToolPlatform): string {
  return `${cpuOf(arch).node} with ${libc} ${libcVersion}`;
}
