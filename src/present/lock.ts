import type { PackageChange, SectionChange } from '../lock/compare.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import type { WhyAnswer, WhyLink, WhyNotAnswer } from '../operations/explain-lock.ts';
import type { LockCheck, LockResult } from '../operations/lock.ts';
import { spokenName } from '../report/spoken-name.ts';
import { renderDiagnostic } from './failure.ts';
import { styleFor, type Style } from './style.ts';
import { counted } from '../base/units.ts';

/** One line for each environment and CPU; with `update`, what changed in it as a table. */
export function renderLock(
  { lock, changes, kept }: LockResult,
  { update, color }: { readonly update: boolean; readonly color: boolean },
): string {
  const style = styleFor(color);
  const lines = lock.environments.flatMap((one) => {
    const change = changes.find(({ section }) => section === one);
    const line = `${placeOf(one)}: ${contentOf(one)}, ${stateOf(change, update)}`;
    return update && change?.known === true ? [line, ...table(change.packages, style)] : [line];
  });
  if (kept !== undefined) {
    const changed = [kept.added > 0 && `${kept.added} added`, kept.removed > 0 && `${kept.removed} removed`];
    const note = changed.filter((word) => word !== false).join(', ');
    lines.push(`kept in ${kept.folder}: ${counted(kept.files, 'package')}${note === '' ? '' : `, ${note}`}`);
  }
  return `${lines.join('\n')}\n`;
}

function placeOf(section: Pick<LockedEnvironment, 'name' | 'role' | 'arch'>): string {
  return `${spokenName(section)} ${section.arch}`;
}

function contentOf({ packages, layers, tools, distro, release }: LockedEnvironment): string {
  const from = release === '-' ? distro : `${distro} ${release}`;
  const main =
    packages.length === 0 && layers.length > 0
      ? `${counted(layers.length, 'layer')} of ${from}`
      : `${counted(packages.length, 'package')} of ${from}`;
  return tools.length === 0 ? main : `${main} and ${counted(tools.length, 'tool')}`;
}

function stateOf(change: SectionChange | undefined, update: boolean): string {
  if (change === undefined) return 'up to date';
  if (!update || !change.known) return 'locked';
  const security = change.packages.filter((one) => one.security).length;
  if (change.packages.length === 0) return 'nothing changed';
  return `${change.packages.length} changed${security > 0 ? `, ${security} of them for security` : ''}`;
}

function table(packages: readonly PackageChange[], style: Style): string[] {
  const wide = Math.max(0, ...packages.map(({ name }) => name.length));
  return packages.map(({ name, before, after, security }) => {
    const label = name.padEnd(wide);
    const mark = security ? style.yellow(' security') : '';
    if (before === undefined) return `  ${style.green('+')} ${label}  ${after}${mark}`;
    if (after === undefined) return `  ${style.red('-')} ${label}  ${before}`;
    return `  ${style.cyan('~')} ${label}  ${before} -> ${after}${mark}`;
  });
}

/** What of the lock doesn't fit the configuration; nothing more than a line where all does. */
export function renderLockCheck({ outdated, unused, checked }: LockCheck): string {
  const lines = [
    ...outdated.map(
      ({ request, known }) => `${placeOf(request)}: ${known ? 'changed since it was locked' : 'not locked'}`,
    ),
    ...unused.map((one) => `${placeOf(one)}: locked, and not in targetry.yaml any more`),
  ];
  if (lines.length === 0)
    return `targetry.lock fits targetry.yaml: ${counted(checked, 'environment')} checked\n`;
  return `${lines.join('\n')}\nhint: run \`targetry lock\` and commit targetry.lock\n`;
}

/** The chain from a package to what was asked for, for each environment and CPU. */
export function renderWhy(answers: readonly WhyAnswer[]): string {
  return answers.map((answer) => `${renderChain(answer).join('\n')}\n`).join('');
}

function renderChain({ environment, role, arch, chain, locked }: WhyAnswer): string[] {
  const head = `${spokenName({ name: environment, role })} ${arch}`;
  const [first] = chain;
  if (first === undefined && locked === undefined) return [`${head}: it is not there`];
  const note = first === undefined ? 'and would not be chosen today' : `and ${first.version} today`;
  return [
    locked === undefined ? `${head}:` : `${head}: ${locked} is locked, ${note}`,
    ...chain.map((link) => `  ${link.name} ${link.version} ${because(link)}`),
  ];
}

function because({ reason }: WhyLink): string {
  switch (reason.kind) {
    case 'asked':
      return `because targetry.yaml asks for \`${reason.spec}\``;
    case 'essential':
      return 'because it is essential: every root has it';
    case 'needed':
      return `because ${reason.by} needs ${reason.relation}`;
    case 'recommended':
      return `because ${reason.by} recommends ${reason.relation}`;
    case 'invited':
      return `because it comes by itself with ${reason.with.join(' and ')}`;
  }
  return reason satisfies never;
}

/** What rules a version out, in the solver's words, for each environment and CPU. */
export function renderWhyNot(
  spec: string,
  answers: readonly WhyNotAnswer[],
  { color }: { readonly color: boolean },
): string {
  return answers
    .map(({ environment, role, arch, reasons, locked }) => {
      const head = `${spokenName({ name: environment, role })} ${arch}:`;
      if (locked) return `${head} ${spec} is what is locked\n`;
      if (reasons.length === 0)
        return `${head} nothing rules ${spec} out; to have it, write it under \`packages:\`\n`;
      return `${head}\n${reasons.map((one) => renderDiagnostic(one, { color })).join('\n')}`;
    })
    .join('');
}
