import { productJson } from '../base/product-file.ts';

interface Table {
  readonly oldest: { readonly musl: string; readonly symbols: string };
  readonly since: readonly { readonly musl: string; readonly added: string }[];
}

let loaded: ReadonlyMap<string, string> | undefined;

/**
 * The least musl that has a symbol; undefined where none has. Names that musl 1.2.4 took out of its table (`open64` and
 * the like) are in it: the loader still finds them for files that were linked before.
 */
export function muslSince(symbol: string, elfClass: 32 | 64): string | undefined {
  if (!loaded) {
    const table = productJson('data/abi/musl-symbols.json') as Table;
    const since = new Map<string, string>();
    for (const name of table.oldest.symbols.split(' ')) since.set(name, table.oldest.musl);
    for (const { musl, added } of table.since) {
      for (const name of added.split(' ')) since.set(name, musl);
    }
    since.delete('');
    loaded = since;
  }
  const since = loaded.get(symbol);
  // The table is of a 64-bit machine; musl 1.2 gave 32-bit ones a 64-bit time under names like these.
  return since ?? (elfClass === 32 && /^__\w*time\w*64$/.test(symbol) ? '1.2.0' : undefined);
}

/** The oldest musl of the table: what it has, every musl in use has. */
export const OLDEST_MUSL = '1.1.24';

/** The first musl whose loader applies DT_RELR. */
export const MUSL_WITH_RELR = '1.2.4';

/** Names that musl's loader answers with itself, whatever follows them. */
export function isMuslItself(library: string): boolean {
  return /^lib(?:c|pthread|rt|m|dl|util|xnet)\./.test(library) || library.startsWith('ld-musl-');
}
