import { productJson } from '../base/product-file.ts';

interface Table {
  readonly since: readonly { readonly GLIBCXX: string; readonly added: string }[];
}

let loaded: ReadonlyMap<string, string> | undefined;

/** The version of libstdc++ that brought a symbol, as `3.4.29`; undefined where every one in use has it, or none. */
export function libstdcxxSince(symbol: string): string | undefined {
  if (!loaded) {
    const { since } = productJson('data/abi/libstdcxx-symbols.json') as Table;
    loaded = new Map(
      since.flatMap(({ GLIBCXX, added }) => added.split(' ').map((name) => [name, GLIBCXX] as const)),
    );
  }
  return loaded.get(symbol);
}
