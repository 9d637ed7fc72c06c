/** What Python's and Node's build tools have to be told where they run on another CPU than what they build. */
import type { SysrootLayout } from './sysroot-layout.ts';

/** Packages by name, where tools run and what is compiled against. */
export interface CrossPackages {
  readonly root: ReadonlySet<string>;
  readonly sysroot: ReadonlySet<string>;
}

export interface CrossPython {
  /** A module of the Python that runs; where pip builds in isolation, only the standard library's folder is searched. */
  readonly path: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Python keeps what it was built with in a module, and a variable names another one: that of the sysroot's Python tells
 * the suffix of modules and the compiler. Both have to be of one release, as the one that runs names the wheel.
 */
export function crossPython(
  { triplet }: SysrootLayout,
  { root, sysroot }: CrossPackages,
  place: string,
): CrossPython | undefined {
  const version = [...sysroot]
    .flatMap((name) => /^libpython(3\.\d+)-dev$/.exec(name)?.[1] ?? [])
    .find((one) => root.has(`python${one}`) || root.has(`python${one}-minimal`));
  if (version === undefined) return undefined;
  const module = `_sysconfigdata__${triplet}`;
  const path = `/usr/lib/python${version}/${module}.py`;
  return {
    path,
    text: `# The Python of the sysroot, which is not for the CPU that runs this.
with open("${place}${path}") as file:
    exec(file.read(), globals())
`,
    // The second is for crates of PyO3, which finds no module that is a link, as Debian's is.
    variables: { _PYTHON_SYSCONFIGDATA_NAME: module, PYO3_CROSS_PYTHON_VERSION: version },
  };
}

/** Where node-gyp finds Node's headers, which are the same for all CPUs; else it would download some. */
export function nodeVariables({ root, sysroot }: CrossPackages, place: string): Record<string, string> {
  const headers = '/usr/include/nodejs';
  if (sysroot.has('libnode-dev')) return { npm_config_nodedir: `${place}${headers}` };
  return root.has('libnode-dev') ? { npm_config_nodedir: headers } : {};
}
