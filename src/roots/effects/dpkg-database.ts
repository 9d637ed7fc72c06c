/**
 * dpkg's database: every package is installed, as far as dpkg and apt can tell. Of each there are the paths it owns and
 * its control members; the scripts are among them, so that removing and upgrading work inside of the root.
 */
import { createHash } from 'node:crypto';
import type { RootTree } from '../root-tree.ts';
import type { UnpackedPackage } from '../unpacked-package.ts';
import type { Effect } from './effect.ts';
import { scriptCalls } from './shell-script.ts';

const OWNER = 'dpkg-database';
const FOLDER = 'var/lib/dpkg';

export const dpkgDatabase: Effect = {
  name: OWNER,
  apply({ tree, packages, arch }) {
    const stanzas: string[] = [];
    const triggers = new Map<string, string[]>();
    for (const one of packages) {
      const name = infoName(one);
      stanzas.push(stanzaOf(tree, one));
      tree.write(`${FOLDER}/info/${name}.list`, fileList(one), { owner: OWNER });
      for (const file of one.controlFiles) {
        if (file !== 'control') putControlFile(tree, one, file, `${FOLDER}/info/${name}.${file}`);
      }
      collectTriggers(one, triggers);
    }
    const write = (path: string, text: string) => tree.write(`${FOLDER}/${path}`, text, { owner: OWNER });
    write('status', stanzas.map((stanza) => `${stanza}\n\n`).join(''));
    write('info/format', '1\n');
    for (const [path, lines] of triggers)
      write(`triggers/${path}`, lines.map((line) => `${line}\n`).join(''));
    for (const name of ['File', 'Unincorp']) if (!triggers.has(name)) write(`triggers/${name}`, '');
    write(
      'diversions',
      diversions(packages)
        .flat()
        .map((line) => `${line}\n`)
        .join(''),
    );
    const foreign = [...new Set(packages.map((one) => one.control.get('architecture') ?? 'all'))].filter(
      (other) => other !== arch && other !== 'all',
    );
    write('arch', [arch, ...foreign.sort()].map((one) => `${one}\n`).join(''));
    if (tree.read('usr/bin/dpkg')?.includes('arch-native') === true) write('arch-native', `${arch}\n`);
    for (const path of ['alternatives', 'parts', 'updates'])
      tree.folder(`${FOLDER}/${path}`, { owner: OWNER });
    return { done: [`${packages.length} packages`], skipped: [] };
  },
};

function infoName({ name, control }: UnpackedPackage): string {
  return control.get('multi-arch') === 'same' ? `${name}:${control.get('architecture')}` : name;
}

function putControlFile(tree: RootTree, from: UnpackedPackage, file: string, path: string): void {
  const isScript = ['preinst', 'postinst', 'prerm', 'postrm', 'config'].includes(file);
  tree.write(path, from.readControlBytes(file), { owner: OWNER, mode: isScript ? 0o755 : 0o644 });
}

/** As the archive has them, not as a merged /usr has. */
function fileList({ entries }: UnpackedPackage): string {
  const paths = new Set(entries.map(({ path }) => `/${path}`));
  return ['/.', ...paths].map((path) => `${path}\n`).join('');
}

/** What dpkg writes first, in its order; all other fields follow as the package has them. */
const FIELDS = [
  'package',
  'essential',
  'protected',
  'status',
  'priority',
  'section',
  'installed-size',
  'origin',
  'maintainer',
  'bugs',
  'architecture',
  'multi-arch',
  'source',
  'version',
  'replaces',
  'provides',
  'depends',
  'pre-depends',
  'recommends',
  'suggests',
  'breaks',
  'conflicts',
  'enhances',
  'conffiles',
  'description',
];

/** The control file, with the two fields that only an installed package has. */
function stanzaOf(tree: RootTree, one: UnpackedPackage): string {
  // With the lines that go on with a space.
  const fields = one.controlText.split(/\n(?![ \t])/);
  fields.push('Status: install ok installed');
  const conffiles = conffilesOf(tree, one);
  if (conffiles.length > 0) fields.push(['Conffiles:', ...conffiles].join('\n'));
  return fields.sort((a, b) => rank(a) - rank(b)).join('\n');
}

function rank(field: string): number {
  const at = FIELDS.indexOf(field.slice(0, field.indexOf(':')).toLowerCase());
  return at === -1 ? FIELDS.length : at;
}

/** One per line; before a path there may be what is to become of it. */
function conffilesOf(tree: RootTree, one: UnpackedPackage): string[] {
  return (one.readControl('conffiles') ?? '').split('\n').flatMap((line) => {
    const [, flag, path] = /^(?:([a-z-]+) )?(\/.*\S)\s*$/.exec(line) ?? [];
    if (path === undefined) return [];
    return [` ${path} ${flag === undefined ? md5(tree, path) : `newconffile ${flag}`}`];
  });
}

function md5(tree: RootTree, path: string): string {
  const bytes = tree.read(path);
  return bytes === undefined ? 'newconffile' : createHash('md5').update(bytes).digest('hex');
}

function collectTriggers(one: UnpackedPackage, triggers: Map<string, string[]>): void {
  for (const line of (one.readControl('triggers') ?? '').split('\n')) {
    const [directive, subject] = line.trim().split(/\s+/);
    if (subject === undefined || !/^interest(-await|-noawait)?$/.test(directive ?? '')) continue;
    const name = `${infoName(one)}${directive === 'interest-noawait' ? '/noawait' : ''}`;
    const isPath = subject.startsWith('/');
    if (!isPath && !/^[A-Za-z0-9][A-Za-z0-9+.-]*$/.test(subject)) continue;
    const [file, entry] = isPath ? ['File', `${subject} ${name}`] : [subject, name];
    triggers.set(file, [...(triggers.get(file) ?? []), entry]);
  }
}

type Diversion = readonly [from: string, to: string, owner: string];

/**
 * Which files of other packages would go elsewhere. Debian has used it to let files move between /lib and /usr/lib; dash's
 * claim to /bin/sh is older. No package here has a file at such a path, so it is only noted.
 */
function diversions(packages: readonly UnpackedPackage[]): Diversion[] {
  const found = new Map<string, Diversion>();
  for (const { from, words } of scriptCalls(packages, 'dpkg-divert')) {
    const option = (name: string) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
    const to = option('--divert');
    const path = words.findLast(
      (word, index) => word?.startsWith('/') === true && words[index - 1] !== '--divert',
    );
    const owner = words.includes('--package') ? option('--package') : from.name;
    if (!words.includes('--add') || words.includes(undefined)) continue;
    // For another package only if that is there to divert something.
    if (path === undefined || to === undefined || !packages.some(({ name }) => name === owner)) continue;
    found.set(path, [path, to, owner!]);
  }
  const dash = packages.find(({ name }) => name === 'dash')?.readControl('postinst') ?? '';
  for (const [path, to] of SHELL) {
    if (dash.includes('--add $dfile') && dash.includes(`claim_binsh ${path} `))
      found.set(path, [path, to, 'dash']);
  }
  return [...found.values()];
}

/** dash's script knows them by the arguments of a function. */
const SHELL = [
  ['/bin/sh', '/bin/sh.distrib'],
  ['/usr/bin/sh', '/usr/bin/sh.distrib'],
  ['/usr/share/man/man1/sh.1.gz', '/usr/share/man/man1/sh.distrib.1.gz'],
] as const;
