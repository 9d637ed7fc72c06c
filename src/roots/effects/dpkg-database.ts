/**
 * dpkg's database: every package is installed, as far as dpkg and apt can tell. Of each there are the paths it owns and
 * its control members; the scripts are among them, so that removing and upgrading work inside of the root.
 */
import { createHash } from 'node:crypto';
import type { RootTree } from '../root-tree.ts';
import type { UnpackedPackage } from '../unpacked-package.ts';
import type { Effect } from './effect.ts';

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
    write('available', '');
    write('info/format', '1\n');
    for (const [path, lines] of triggers)
      write(`triggers/${path}`, lines.map((line) => `${line}\n`).join(''));
    for (const path of ['triggers/File', 'triggers/Unincorp', 'diversions', 'statoverride']) {
      if (!triggers.has(path.slice('triggers/'.length))) write(path, '');
    }
    const foreign = [...new Set(packages.map((one) => one.control.get('architecture') ?? 'all'))].filter(
      (other) => other !== arch && other !== 'all',
    );
    if (foreign.length > 0) write('arch', [arch, ...foreign.sort()].map((one) => `${one}\n`).join(''));
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

/** The control file, with the two fields that only an installed package has. */
function stanzaOf(tree: RootTree, one: UnpackedPackage): string {
  const lines = one.controlText.split('\n');
  const at = lines.findIndex((line) => /^Package:/i.test(line));
  lines.splice(at + 1, 0, 'Status: install ok installed');
  const conffiles = (one.readControl('conffiles') ?? '').split('\n').filter((line) => line.startsWith('/'));
  if (conffiles.length > 0) {
    lines.push('Conffiles:', ...conffiles.map((path) => ` ${path} ${md5(tree, path)}`));
  }
  return lines.join('\n');
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
