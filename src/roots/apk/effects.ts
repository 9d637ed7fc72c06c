/** What the scripts of apk's packages would have done to a fresh root, done natively, in this order. */
import { joinCertificates, linkName } from '../effects/certificates.ts';
import type { Effect, EffectResult } from '../effects/effect.ts';
import { nameServices } from '../effects/name-services.ts';
import { shellCommands, type ShellWord } from '../effects/shell-script.ts';
import { linkBusybox } from './busybox.ts';
import type { UnpackedApk } from './unpacked-apk.ts';
import type { ApkEffectInput } from './effect-input.ts';

export const APK_EFFECTS: readonly Effect<ApkEffectInput>[] = [
  { name: 'accounts', apply: ({ tree, accounts }) => accounts.write(tree) },
  { name: 'shadow', apply: protectShadow },
  { name: 'busybox', apply: linkBusybox },
  { name: 'shells', apply: addShells },
  { name: 'certificates', apply: updateCertificates },
  nameServices,
];

/** Calls of a command in what runs after a package's installation. */
function callsOf(packages: readonly UnpackedApk[], command: string): ShellWord[][] {
  return packages.flatMap((one) => {
    const script = one.readScript('.post-install')?.toString('utf8') ?? '';
    return script.includes(command) ? shellCommands(script).filter(([first]) => first === command) : [];
  });
}

/** alpine-baselayout makes sure of it in its post-install. */
function protectShadow({ tree, packages, accounts }: ApkEffectInput): EffectResult {
  const isWanted = callsOf(packages, 'chown').some(
    ([, owner, path]) => owner === 'root:shadow' && path?.replace(/^\//, '') === 'etc/shadow',
  );
  const node = tree.find('etc/shadow');
  const gid = accounts.gid('shadow');
  if (!isWanted || gid === undefined || node === undefined) return { done: [], skipped: [] };
  if (node.uid === 0 && node.gid === gid && node.mode === 0o640) return { done: [], skipped: [] };
  tree.write('etc/shadow', tree.read('etc/shadow') ?? '', { owner: node.owner, mode: 0o640, gid });
  return { done: ['etc/shadow'], skipped: [] };
}

function addShells({ tree, packages }: ApkEffectInput): EffectResult {
  const shells = callsOf(packages, 'add-shell').flatMap(([, ...paths]) => paths);
  const known = new Set(shells.filter((path) => path !== undefined));
  const text = tree.readText('etc/shells') ?? '';
  const added = [...known].filter((path) => !text.split('\n').includes(path));
  if (added.length > 0)
    tree.write('etc/shells', text + added.map((path) => `${path}\n`).join(''), { owner: 'shells' });
  return { done: added, skipped: shells.includes(undefined) ? ['add-shell ?'] : [] };
}

const CERTIFICATES = 'usr/share/ca-certificates';
const OWN_CERTIFICATES = 'usr/local/share/ca-certificates';

/** As Alpine's update-ca-certificates: those that the list names, then those of the user. */
function updateCertificates({ tree, packages }: ApkEffectInput): EffectResult {
  const isWanted = packages.some(
    (one) => one.readScript('.trigger')?.includes('update-ca-certificates') === true,
  );
  if (!isWanted || !tree.has('etc/ca-certificates.conf')) return { done: [], skipped: [] };
  const listed = tree
    .readText('etc/ca-certificates.conf')!
    .split('\n')
    .filter((line) => line !== '' && !/^[#!]/.test(line))
    .map((line) => `${CERTIFICATES}/${line}`);
  const own = tree
    .list(OWN_CERTIFICATES)
    .filter((name) => !name.startsWith('.'))
    .map((name) => `${OWN_CERTIFICATES}/${name}`);
  return joinCertificates(
    tree,
    [...listed, ...own].map((path) => ({ path, link: `ca-cert-${linkName(path)}.pem` })),
  );
}
