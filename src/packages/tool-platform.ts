/** What a root is to a package that has to fit into it. */
export interface ToolPlatform {
  /** As npm says it: `x64`, `ia32`. */
  readonly npmCpu: string;
  /** As wheels say it: `x86_64`, `armv7l`. */
  readonly machine: string;
  readonly libc: 'glibc' | 'musl';
  /** `2.31`, `1.2.5`. */
  readonly libcVersion: string;
  /** `3.11`; undefined where the root has no Python. */
  readonly python: string | undefined;
}

/** For messages: `x64 with glibc 2.31`. */
export function platformInWords({ npmCpu, libc, libcVersion }: ToolPlatform): string {
  return `${npmCpu} with ${libc} ${libcVersion}`;
}
