/** What of a distro an artifact may take for granted, as package names: nothing else is installed where it is proven. */
import type { Provable } from './provable.ts';

type Format = 'deb' | 'apk';

/** Libraries that belong to the compiler or nearly every system has: the audit takes them for granted too. */
const libraries: Readonly<Record<string, Readonly<Record<Format, string>>>> = {
  'libstdc++.so.6': { deb: 'libstdc++6', apk: 'libstdc++' },
  'libgcc_s.so.1': { deb: 'libgcc-s1', apk: 'libgcc' },
  'libatomic.so.1': { deb: 'libatomic1', apk: 'libatomic' },
  'libgomp.so.1': { deb: 'libgomp1', apk: 'libgomp' },
  'libz.so.1': { deb: 'zlib1g', apk: 'zlib' },
};

const hosts = {
  python: { deb: ['python3', 'python3-pip'], apk: ['python3', 'py3-pip'] },
  node: { deb: ['nodejs'], apk: ['nodejs'] },
} as const;

export function packagesFor(artifact: Pick<Provable, 'kind' | 'elfs'>, format: Format): string[] {
  const host = hostOf(artifact);
  const needed = artifact.elfs
    .flatMap((elf) => elf.needed)
    .flatMap((name) => libraries[name]?.[format] ?? []);
  return [...new Set([...(host === undefined ? [] : hosts[host][format]), ...needed])].sort();
}

/** What brings one of the libraries that nearly every system has. */
export function packageOfLibrary(library: string, format: Format): string | undefined {
  return libraries[library]?.[format];
}

/** The program that loads it, where it doesn't run by itself. */
function hostOf({ kind, elfs }: Pick<Provable, 'kind' | 'elfs'>): keyof typeof hosts | undefined {
  if (kind === 'wheel') return 'python';
  const addon = kind === 'node-addon' || (kind === 'package' && elfs.some(({ path }) => isAddon(path)));
  return addon ? 'node' : undefined;
}

export function isAddon(path: string): boolean {
  return path.endsWith('.node');
}

/** Whether the audit takes a library for granted, as nearly every system has it. */
export function isTakenForGranted(library: string): boolean {
  return library in libraries;
}
