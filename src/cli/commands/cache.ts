import { buildCommand, buildRouteMap } from '@stricli/core';
import { formatFlag, progressFlag, switchFlag, type ProgressForm } from '../flags.ts';
import type { CommandLine } from '../command-line.ts';
import { cacheMountsRoute } from './cache-mounts.ts';

interface ShowFlags {
  readonly format?: 'text' | 'json';
}

const showRoute = buildCommand<ShowFlags, [], CommandLine>({
  loader: async () => {
    const [{ showCache }, { cacheJson, renderCache }] = await Promise.all([
      import('../../operations/cache.ts'),
      import('../../present/cache.ts'),
    ]);
    return async function show(flags) {
      const report = await showCache(this.world);
      const options = { color: this.color.stdout, now: Date.now() };
      this.process.stdout.write(flags.format === 'json' ? cacheJson(report) : renderCache(report, options));
    };
  },
  parameters: { flags: { format: formatFlag } },
  docs: { brief: 'Show what the store holds, by kind, age and environment' },
});

interface VerifyFlags {
  readonly format?: 'text' | 'json';
  readonly progress?: ProgressForm;
}

const verifyRoute = buildCommand<VerifyFlags, [], CommandLine>({
  loader: async () => {
    const [{ verifyCache }, { renderVerify, verifyJson }, { withContext }] = await Promise.all([
      import('../../operations/cache-verify.ts'),
      import('../../present/cache.ts'),
      import('../display.ts'),
    ]);
    return async function verify(flags) {
      const report = await withContext(this, flags, verifyCache);
      const options = { color: this.color.stdout, now: Date.now() };
      this.process.stdout.write(flags.format === 'json' ? verifyJson(report) : renderVerify(report, options));
      if (report.damaged.length > 0) this.process.exitCode = 1;
    };
  },
  parameters: {
    flags: {
      format: formatFlag,
      progress: progressFlag,
    },
  },
  docs: {
    brief: 'Read the whole store, and remove what is damaged; it is made again when it is needed',
  },
});

interface PruneFlags {
  readonly olderThan?: number;
  readonly maxSize?: number;
  readonly dryRun: boolean;
  readonly format?: 'text' | 'json';
}

const pruneRoute = buildCommand<PruneFlags, [], CommandLine>({
  loader: async () => {
    const [{ pruneCache }, { pruneJson, renderPrune }] = await Promise.all([
      import('../../operations/cache-prune.ts'),
      import('../../present/cache.ts'),
    ]);
    return async function prune(flags) {
      const report = await pruneCache(this.world, flags);
      this.process.stdout.write(flags.format === 'json' ? pruneJson(report) : renderPrune(report));
    };
  },
  parameters: {
    flags: {
      olderThan: {
        kind: 'parsed',
        parse: ageInMilliseconds,
        optional: true,
        placeholder: 'AGE',
        brief: 'Remove what was last used longer ago: 12h, 30d, 8w',
      },
      maxSize: {
        kind: 'parsed',
        parse: sizeInBytes,
        optional: true,
        placeholder: 'SIZE',
        brief: 'Remove what was unused for longest until the rest fits: 500M, 20G',
      },
      dryRun: switchFlag('Only tell what would go'),
      format: formatFlag,
    },
  },
  docs: {
    brief: 'Remove what was not used for long; never what a lock in use or a running command needs',
    customUsage: [{ input: '--older-than 30d --max-size 20G', brief: 'what is old, then what is too much' }],
  },
});

export const cacheRoute = buildRouteMap({
  routes: { show: showRoute, verify: verifyRoute, prune: pruneRoute, mounts: cacheMountsRoute },
  defaultCommand: 'show',
  docs: { brief: 'Show, check and tidy the store of packages, roots and results' },
});

const HOUR = 3_600_000;
const AGES: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR, w: 7 * 24 * HOUR };
const SIZES: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

function ageInMilliseconds(word: string): number {
  const [, count, unit] = /^(\d+)([hdw])$/.exec(word) ?? [];
  if (unit === undefined) throw new Error('write a number of hours, days or weeks: 12h, 30d, 8w');
  return Number(count) * AGES[unit]!;
}

function sizeInBytes(word: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([KMGT])B?$/i.exec(word) ?? [];
  if (unit === undefined) throw new Error('write a number and a unit: 500M, 20G');
  return Number(count) * SIZES[unit.toUpperCase()]!;
}
