import type { Effect, EffectInput } from './effect.ts';
import { localFacts } from './base-files.ts';

/** Small files and folders that a package's script makes at its first installation, where nothing is there yet. */
export const firstFiles: Effect = {
  name: 'first-files',
  apply(input) {
    const { tree, packages } = input;
    const done: string[] = [];
    const scripts = new Map(
      packages.map((one) => [
        one.name,
        `${one.readControl('preinst') ?? ''}${one.readControl('postinst') ?? ''}`,
      ]),
    );
    for (const { from, path, mode = 0o644, content } of FILES) {
      const script = scripts.get(from);
      if (script?.includes(`/${path}`) !== true || tree.has(path)) continue;
      tree.write(path, content ?? lineFor(path, script), { owner: from, mode });
      done.push(path);
    }
    for (const { name } of packages.filter((one) => /^python3\.\d+-minimal$/.test(one.name))) {
      // Nothing but the byte code would tell whether Python is configured.
      const path = `var/lib/python/${name.slice(0, -'-minimal'.length)}_installed`;
      if (scripts.get(name)!.includes(`/${path}`)) tree.write(path, '', { owner: name });
    }
    for (const [from, path] of localFolders(input)) {
      if (tree.has(path)) continue;
      tree.folder(path, { owner: from, ...localFacts(tree) });
      done.push(path);
    }
    return { done, skipped: [] };
  },
};

/** What a script appends to the file, as Ubuntu's PATH to /etc/environment; most only make it. */
function lineFor(path: string, script: string): string {
  const appended = /^\s*echo '([^'\n]*)' >> (\S+)$/gm;
  const line = [...script.matchAll(appended)].find(([, , file]) => file!.endsWith(`/${path}`));
  return line === undefined ? '' : `${line[1]}\n`;
}

/** Places for what an administrator adds, with the permissions that all of /usr/local has. */
function* localFolders({ packages }: EffectInput): Generator<[from: string, path: string], void, void> {
  for (const { name } of packages) {
    const python = /^(python3\.\d+)-minimal$/.exec(name)?.[1];
    if (python !== undefined) {
      yield [name, `usr/local/lib/${python}`];
      yield [name, `usr/local/lib/${python}/dist-packages`];
    }
    if (name === 'ca-certificates') yield [name, 'usr/local/share/ca-certificates'];
  }
}

interface FirstFile {
  readonly from: string;
  readonly path: string;
  readonly mode?: number;
  readonly content?: string;
}

const FILES: readonly FirstFile[] = [
  { from: 'base-passwd', path: 'etc/subuid' },
  { from: 'base-passwd', path: 'etc/subgid' },
  { from: 'libpam-modules', path: 'etc/environment' },
  { from: 'libpam-modules', path: 'etc/security/opasswd', mode: 0o600 },
  { from: 'login', path: 'etc/subuid' },
  { from: 'login', path: 'etc/subgid' },
  { from: 'login', path: 'var/log/faillog' },
  {
    from: 'netbase',
    path: 'etc/hosts',
    content: `127.0.0.1\tlocalhost
::1\t\tlocalhost ip6-localhost ip6-loopback
ff02::1\t\tip6-allnodes
ff02::2\t\tip6-allrouters

`,
  },
  {
    from: 'netbase',
    path: 'etc/networks',
    content: 'default\t\t0.0.0.0\nloopback\t127.0.0.0\nlink-local\t169.254.0.0\n\n',
  },
  {
    from: 'python3',
    path: 'etc/python3/debian_config',
    content:
      '[DEFAULT]\n# how to byte-compile (comma separated: standard, optimize)\nbyte-compile = standard\n',
  },
];
