/** What is said of one environment: what its root is made from, and whether the parts of it fit that. */
import { isAbsolute, resolve } from 'node:path';
import { formatOf } from '../abi/root-kind.ts';
import type { Path } from './document.ts';
import { releaseNamed } from './distro-releases.ts';
import type { FilePlace, Findings } from './findings.ts';
import type { Environment, RepositoryRule, RootBase, Sysroot, Written } from './project.ts';
import type { EnvironmentContent } from './schema.ts';

type RepositoryContent = NonNullable<EnvironmentContent['repositories']>[number];

const BASES = ['debian', 'ubuntu', 'alpine', 'wolfi', 'image', 'rootfs'] as const;

type PackagesContent = Pick<
  EnvironmentContent,
  (typeof BASES)[number] | 'packages' | 'recommends' | 'repositories'
>;

/** Undefined where it isn't told what the root is made from. */
export function resolveEnvironment(
  name: string,
  written: EnvironmentContent,
  { folder, findings }: FilePlace,
): Environment | undefined {
  const path = ['environments', name];
  const parts = resolvePackages(written, path, { folder, findings });
  const sysroot =
    written.sysroot && resolvePackages(written.sysroot, [...path, 'sysroot'], { folder, findings });
  if (parts === undefined) return undefined;
  const { document } = findings;
  return {
    name,
    ...parts,
    users: writtenWords(written.users, [...path, 'users'], document),
    tools: {
      npm: writtenWords(written.tools?.npm, [...path, 'tools', 'npm'], document),
      pypi: writtenWords(written.tools?.pypi, [...path, 'tools', 'pypi'], document),
    },
    env: written.env ?? {},
    sysroot,
  };
}

/** What an environment and its sysroot have in common. */
function resolvePackages(
  written: PackagesContent,
  path: Path,
  { folder, findings }: FilePlace,
): Sysroot | undefined {
  const repositories = (written.repositories ?? []).map((one, index) =>
    resolveRepository(one, [...path, 'repositories', index], { folder, findings }),
  );
  tellRepositoriesApart(repositories, findings);
  const base = baseOf(written, path, { folder, findings });
  if (base === undefined) return undefined;
  checkParts(written, base, { path, repositories, findings });
  return {
    base,
    packages: writtenWords(written.packages, [...path, 'packages'], findings.document),
    recommends: written.recommends === 'true',
    repositories,
    at: findings.document.atKey(path),
  };
}

function writtenWords(
  words: readonly string[] | undefined,
  path: Path,
  document: Findings['document'],
): readonly Written[] {
  return (words ?? []).map((word, index) => ({ name: word, at: document.at([...path, index]) }));
}

function baseOf(written: PackagesContent, path: Path, { folder, findings }: FilePlace): RootBase | undefined {
  const [first, second] = BASES.filter((key) => written[key] !== undefined);
  const { document } = findings;
  if (second !== undefined) {
    const message = `an environment is made from one thing, and this says \`${first}\` and \`${second}\``;
    const hint = 'make two environments of it; more repositories of packages go under `repositories:`';
    findings.error('config-value', message, document.atKey([...path, second]), hint);
    return undefined;
  }
  switch (first) {
    case 'debian':
    case 'ubuntu':
    case 'alpine':
      return { distro: first, release: releaseNamed(first, written[first]!) };
    case 'wolfi':
      return { distro: 'wolfi' };
    case 'image':
      return { distro: 'image', from: written.image! };
    case 'rootfs':
      return { distro: 'rootfs', from: written.rootfs!, path: resolve(folder, written.rootfs!) };
    case undefined:
  }
  const { repositories = [] } = written;
  if (repositories.length > 0)
    return { distro: repositories.some(({ suite }) => suite !== undefined) ? 'deb' : 'apk' };
  const isSysroot = path.at(-1) === 'sysroot';
  const what = `${isSysroot ? 'the sysroot of ' : ''}environment \`${path[1]}\``;
  const message = `${what} doesn't say what ${isSysroot ? 'it' : 'its root'} is made from`;
  const hint = isSysroot
    ? 'add `debian:`, `ubuntu:` or `alpine:`'
    : 'add `debian:`, `ubuntu:`, `alpine:`, `wolfi: true`, `image:` or `rootfs:`';
  findings.error('config-key-missing', message, document.atKey(path), hint);
  return undefined;
}

interface Parts {
  readonly path: Path;
  readonly repositories: readonly RepositoryRule[];
  readonly findings: Findings;
}

/** Says of what can't be used with this base. */
function checkParts(written: PackagesContent, base: RootBase, { path, repositories, findings }: Parts): void {
  const { document } = findings;
  const format = formatOf(base);
  for (const key of ['packages', 'repositories', 'recommends'] as const) {
    if (format !== undefined || written[key] === undefined) continue;
    const hint = `install them in a step with \`network: true\`, or use \`debian:\` or \`alpine:\` in place of \`${base.distro}:\``;
    const message = `\`${key}\` can't be used with \`${base.distro}:\`, whose files are all there is`;
    findings.error('config-value', message, document.atKey([...path, key]), hint);
  }
  if (format === 'apk' && written.recommends === 'true') {
    const message = 'packages of apk recommend nothing';
    findings.error('config-value', message, document.at([...path, 'recommends']), 'remove `recommends:`');
  }
  for (const [index, { suite, tag, priority }] of repositories.entries()) {
    const place = [...path, 'repositories', index];
    const wrong =
      format === 'deb'
        ? [['tag', tag] as const, ['suite', suite === undefined ? '' : undefined] as const]
        : [['suite', suite] as const, ['priority', priority] as const];
    for (const [key, value] of wrong) {
      if (value === undefined) continue;
      if (value === '') {
        const message = 'a deb repository has a `suite`, and this has none';
        const hint = 'add `suite: bookworm` or its like; `suite: ./` for a repository without suites';
        findings.error('config-key-missing', message, document.at(place), hint);
      } else {
        const message = `\`${key}\` is not for repositories of ${format ?? 'this kind'}`;
        findings.error('config-value', message, document.atKey([...place, key]), `remove \`${key}:\``);
      }
    }
  }
}

function resolveRepository(
  written: RepositoryContent,
  path: Path,
  { folder, findings }: FilePlace,
): RepositoryRule {
  const { url, suite, components = ['main'], key, priority, tag } = written;
  const { document } = findings;
  const address = addressOf(url, folder);
  if (address === undefined) {
    const hint = 'write `https://…`, `http://…`, or `file:FOLDER` for a folder beside targetry.yaml';
    findings.error(
      'config-value',
      `\`${url}\` is no address of a repository`,
      document.at([...path, 'url']),
      hint,
    );
  } else if (address.username !== '' || address.password !== '') {
    const hint = 'keep them in ~/.netrc, or in variables of this repository: docs/repositories.md';
    const at = document.at([...path, 'url']);
    // The line is shown, in logs too.
    const masked = { ...at, length: 1, text: at.text.replace(/:\/\/[^@/]*@/g, '://***@') };
    findings.error('config-value', 'credentials must not be in this file', masked, hint);
  }
  return {
    name: written.name ?? nameOf(address),
    url: (address?.href ?? url).replace(/\/+$/, ''),
    suite,
    components,
    key: key === undefined ? undefined : isAbsolute(key) ? key : resolve(folder, key),
    priority: priority === undefined ? undefined : Number(priority),
    tag,
    at: document.at(path),
  };
}

function addressOf(url: string, folder: string): URL | undefined {
  if (/^file:(?!\/\/)/.test(url))
    return new URL(`file://${encodeURI(resolve(folder, url.slice('file:'.length)))}`);
  if (!URL.canParse(url)) return undefined;
  const address = new URL(url);
  return ['http:', 'https:', 'file:'].includes(address.protocol) ? address : undefined;
}

/** No host name goes into the lock, so the last part of the path must do. */
function nameOf(address: URL | undefined): string {
  const last = address?.pathname.split('/').findLast((part) => part !== '') ?? '';
  return (
    decodeURIComponent(last)
      .replace(/[^A-Za-z0-9._+-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '') || 'repository'
  );
}

function tellRepositoriesApart(repositories: readonly RepositoryRule[], findings: Findings): void {
  const places = new Map<string, RepositoryRule>();
  for (const repository of repositories) {
    const key = `${repository.name} ${repository.suite ?? ''}`;
    const other = places.get(key);
    if (other !== undefined && other.url !== repository.url) {
      const message = `this repository and that of line ${other.at.line} are both called \`${repository.name}\``;
      findings.error('config-name-twice', message, repository.at, 'give one of them a `name:` of its own');
    }
    places.set(key, repository);
  }
}
