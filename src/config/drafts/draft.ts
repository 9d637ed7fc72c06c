/** A first `targetry.yaml` for a project of one kind; `kinds.ts` lists the kinds, each is a file beside this one. */

export interface Draft {
  /** As a person calls it: `a Node addon`. */
  readonly what: string;
  readonly name: string;
  readonly version?: string | undefined;
  /** What to look at before the first build, as comments at the top. */
  readonly notes: readonly string[];
  /** Values in the language of the file, by name. */
  readonly environments: Readonly<Record<string, string>>;
  readonly targets: Readonly<Record<string, string>>;
  readonly steps: readonly string[];
  readonly artifacts: readonly string[];
  /** Bare releases that have what the artifacts are for. */
  readonly proof?: readonly string[] | undefined;
}

export interface Kind {
  /** The file that tells the kind. */
  readonly file: string;
  /** Where the file alone tells too little: what it must have, in words too. */
  readonly only?: { readonly where: string; holds(project: ProjectFiles): boolean };
  draft(project: ProjectFiles): Draft;
}

/** What is looked at of a project: what is at its top, and files and folders that those name. */
export interface ProjectFiles {
  /** Of the folder. */
  readonly name: string;
  readonly names: ReadonlySet<string>;
  /** By the path below the folder; undefined where there is no such file. */
  readonly read: (path: string) => string | undefined;
  /** Names of the folders in one of its folders; none where there is no such folder. Not those that tools make. */
  readonly folders: (path: string) => readonly string[];
  /** Debian's packages to compile with a library, as `-l` or pkg-config name it; undefined where nobody knows. */
  readonly packageOf: (library: string) => string | undefined;
}

export function draftText(draft: Draft): string {
  const { name, version, notes, environments, targets, steps, artifacts, proof = [] } = draft;
  return [
    ...notes.map((note) => `# ${note}`),
    `name: ${name}`,
    ...(version === undefined ? [] : [`version: ${version}`]),
    '',
    'environments:',
    ...named(environments),
    '',
    'targets:',
    ...named(targets),
    '',
    'steps:',
    ...listed(steps),
    '',
    'artifacts:',
    ...listed(artifacts),
    ...(proof.length === 0 ? [] : ['', 'proof:', `  - { in: [${proof.join(', ')}] }`]),
    '',
  ].join('\n');
}

function named(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([key, value]) => `  ${key}: ${value}`);
}

function listed(values: readonly string[]): string[] {
  return values.map((value) => `  - ${value}`);
}

/** Of what needs the libc of Debian 12 at most. */
export const fromDebian12 = ['debian-12', 'debian-13'];

/** The first group of the first pattern that matches. */
export function firstMatch(text: string | undefined, ...patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text ?? '')?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** As the name of a project may be. */
export function projectName(word: string | undefined, { name }: ProjectFiles): string {
  const plain = (word ?? nameAndVersion(name).name)
    .replace(/^@[^/]*\//, '')
    .replace(/[^A-Za-z0-9._+-]+/g, '-');
  return plain.replace(/^[^A-Za-z0-9]+/, '') || 'project';
}

/** What a folder says that is called `greet-1.2`, as those of releases are. */
export function nameAndVersion(folder: string): {
  readonly name: string;
  readonly version: string | undefined;
} {
  const [, name, version] = /^(.+?)-v?(\d[\w.+]*)$/.exec(folder) ?? [];
  return { name: name ?? folder, version };
}

/** A version is taken as written, so it must stand in the file as it is. */
export function plainVersion(word: string | undefined): string | undefined {
  return word !== undefined && /^[0-9A-Za-z][0-9A-Za-z.+-]*$/.test(word) ? word : undefined;
}
