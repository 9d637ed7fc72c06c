import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import { directoryFlag, formatFlag } from '../flags.ts';
import type { CommandLine } from '../command-line.ts';

interface Flags {
  readonly directory?: string;
  readonly here: boolean;
  readonly format?: 'text' | 'json';
}

export const explainRoute = buildCommand<Flags, [string?], CommandLine>({
  loader: async () => {
    const [{ explainLog }, { explanationJson, renderExplanation }] = await Promise.all([
      import('../../operations/explain.ts'),
      import('../../present/explain.ts'),
    ]);
    return async function explainFailure(flags, log) {
      const cwd = resolve(this.world.cwd, flags.directory ?? '.');
      const explanation = await explainLog(
        { ...this.world, emit: () => {}, cwd },
        { log, input: process.stdin, here: flags.here },
      );
      this.process.stdout.write(
        flags.format === 'json'
          ? explanationJson(explanation)
          : renderExplanation(explanation, { color: this.color.stdout }),
      );
      if (explanation.findings.length === 0) this.process.exitCode = 1;
    };
  },
  parameters: {
    flags: {
      directory: directoryFlag,
      here: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'The log is of this machine: ask it what would decide between causes of the same words',
      },
      format: formatFlag,
    },
    aliases: { C: 'directory' },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          optional: true,
          placeholder: 'log',
          brief: 'A file, or `-`; without one, the log of the last step that failed here',
        },
      ],
    },
  },
  docs: {
    brief: 'Find the known cause in the log of a build that failed, and its cure',
    customUsage: [
      { input: '', brief: 'the last build of this project that failed' },
      { input: 'build.log', brief: 'a log of any builder: BuildKit, GitHub Actions, make …' },
    ],
  },
});
