import { productJson } from '../base/product-file.ts';

interface KnownNpmTool {
  /** The name of the package with the program; `{cpu}` stands for npm's name of the CPU. */
  readonly instead?: string;
  /** Of a package that doesn't say it itself. */
  readonly libc?: string;
  /** Why its install scripts can be left out. */
  readonly scripts?: string;
}

interface KnownWheel {
  /** Path inside of the wheel by the name of the command. */
  readonly programs: Readonly<Record<string, string>>;
}

interface Table {
  readonly npm: Readonly<Record<string, KnownNpmTool>>;
  readonly pypi: Readonly<Record<string, KnownWheel>>;
}

let table: Table | undefined;

/** Packages that need to be known, as the rules that serve all others don't serve them. */
export function knownTools(): Table {
  return (table ??= productJson('data/tools/known.json') as Table);
}
