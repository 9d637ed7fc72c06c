import { productJson } from '../base/product-file.ts';

let loaded: ReadonlyMap<string, string> | undefined;

/** The Python whose stable ABI first had a name, as `3.7`; undefined where no stable ABI has it. */
export function stableAbiSince(symbol: string): string | undefined {
  if (!loaded) {
    const table = productJson('data/abi/python-stable-abi.json') as {
      since: Readonly<Record<string, string>>;
    };
    loaded = new Map(
      Object.entries(table.since).flatMap(([python, names]) =>
        names.split(' ').map((name) => [name, python]),
      ),
    );
  }
  return loaded.get(symbol);
}
