/** The libcs that roots and results are of; what a binary needs may be more (audit/report's LibcKind). */
export const libcs = ['glibc', 'musl'] as const;

export type Libc = (typeof libcs)[number];

export function isLibc(word: string): word is Libc {
  return (libcs as readonly string[]).includes(word);
}
