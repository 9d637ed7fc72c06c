import { jsonText } from '../base/json-text.ts';
import type { CachedEnvironment, CacheReport } from '../operations/cache.ts';
import type { PruneReport } from '../operations/cache-prune.ts';
import type { VerifyReport } from '../operations/cache-verify.ts';
import { inOneLine } from './printable.ts';
import { styleFor, type Style } from './style.ts';
import { ago, bytes, counted } from '../base/units.ts';

interface Options {
  readonly color: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const KINDS: Readonly<Record<string, string>> = {
  blobs: 'packages, indexes, exported files',
  trees: 'unpacked packages',
  roots: 'besides the files that they share with trees',
  snapshots: 'what steps left behind',
  logs: 'what steps printed',
  records: 'what is known of all these',
  'cache-mounts': 'caches of steps: `targetry cache mounts`',
  tmp: 'unfinished',
};

export function renderCache(report: CacheReport, { color, now }: Options): string {
  const style = styleFor(color);
  // What each command notes of itself is no matter to users, nor something to prune.
  if (report.size === 0) return `${style.bold(inOneLine(report.folder))}: empty\n`;
  const kinds = report.kinds
    .filter(({ kind, count }) => count > 0 && !['sessions', 'claims'].includes(kind))
    .map(({ kind, count, size }) => [kind, String(count), bytes(size), style.dim(KINDS[kind] ?? '')]);
  const ages = report.ages
    .filter(({ count }) => count > 0)
    .map(({ days, count, size }) => [ageWords(days), String(count), bytes(size), '']);
  return [
    `${style.bold(inOneLine(report.folder))}: ${bytes(report.size)}\n`,
    table('', kinds),
    table('last used', ages),
    ...environmentLines(report.environments, style, now),
    `\n${bytes(report.unneeded.size)} is needed by no lock in use: \`targetry cache prune --older-than 30d\`\n`,
  ].join('');
}

function table(title: string, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map(([name, count, size, what]) =>
    `  ${name!.padEnd(16)}${count!.padStart(7)}  ${size!.padStart(8)}  ${what!}`.trimEnd(),
  );
  return `\n${title === '' ? '' : `${title}\n`}${lines.join('\n')}\n`;
}

function ageWords(days: number | undefined): string {
  if (days === undefined) return 'longer ago';
  return days === 1 ? 'within a day' : `within ${days} days`;
}

function environmentLines(environments: readonly CachedEnvironment[], style: Style, now: number): string[] {
  const folders = [...new Set(environments.map(({ folder }) => folder))];
  return folders.flatMap((folder) => {
    const here = environments.filter((one) => one.folder === folder);
    const gone = here[0]!.inUse ? '' : style.yellow(', its lock is gone');
    return [
      `\n${style.bold(here[0]!.project)} in ${inOneLine(folder)}${gone}\n`,
      ...here.map(
        (one) => `  ${`${one.name} ${one.arch}`.padEnd(24)} ${style.dim(environmentWords(one, now))}\n`,
      ),
    ];
  });
}

function environmentWords({ parts, stored, root, size, usedAt }: CachedEnvironment, now: number): string {
  if (usedAt === undefined) return `nothing of its ${counted(parts, 'package')} is here`;
  const packages = stored === parts ? counted(parts, 'package') : `${stored} of ${counted(parts, 'package')}`;
  return `${packages}${root ? ' and a root' : ''}, ${bytes(size)}, last used ${ago(now - usedAt)}`;
}

export function renderPrune({ folder, dryRun, removed, freed, left, over }: PruneReport): string {
  const kinds = [...new Set(removed.map(({ kind }) => kind))];
  const counts = kinds.map((kind) => `${removed.filter((one) => one.kind === kind).length} ${kind}`);
  const what = counts.length === 0 ? 'nothing' : counts.join(', ');
  const lines = [
    `${dryRun ? 'would remove' : 'removed'} ${what}: ${bytes(freed)}; ${bytes(left)} ${dryRun ? 'would be' : 'are'} left in ${inOneLine(folder)}\n`,
  ];
  if (over !== undefined) {
    lines.push(
      `${bytes(over)} more than asked for: what locks in use and running commands need stays; \`targetry cache\` shows which\n`,
    );
  }
  return lines.join('');
}

export function renderVerify({ folder, checked, damaged }: VerifyReport, { color }: Options): string {
  const style = styleFor(color);
  const { blobs, trees, roots } = checked;
  const what = `${counted(blobs, 'blob')}, ${counted(trees, 'tree')} and ${counted(roots, 'root')}`;
  const lines = damaged.flatMap(({ kind, key, names, problems }) => {
    const shown = problems.slice(0, MOST_PROBLEMS).map((problem) => `    ${inOneLine(problem)}\n`);
    const more = problems.length - shown.length;
    return [
      `${style.red('damaged')} ${kind.slice(0, -1)} ${key}${names.length === 0 ? '' : ` (${names.join(', ')})`}\n`,
      ...shown,
      ...(more > 0 ? [`    and ${more} more\n`] : []),
    ];
  });
  const end =
    damaged.length === 0
      ? style.green('all as they were made')
      : `${damaged.length} damaged and removed; they are made again when they are needed`;
  return `${lines.join('')}${what} of ${inOneLine(folder)}: ${end}\n`;
}

const MOST_PROBLEMS = 10;

export function cacheJson(report: CacheReport): string {
  const { folder, size, kinds, ages, environments, unneeded } = report;
  return jsonText({
    schema: 'targetry.cache/1',
    folder,
    size,
    kinds,
    ages: ages.map((one) => ({ ...one, days: one.days ?? null })),
    environments: environments.map((one) => ({ ...one, usedAt: dateOf(one.usedAt) })),
    unneeded,
  });
}

export function pruneJson({ removed, over, ...report }: PruneReport): string {
  return jsonText({
    schema: 'targetry.cache-prune/1',
    ...report,
    over: over ?? null,
    removed: removed.map((one) => ({ ...one, usedAt: dateOf(one.usedAt) })),
  });
}

export function verifyJson(report: VerifyReport): string {
  return jsonText({ schema: 'targetry.cache-verify/1', ...report });
}

function dateOf(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}
