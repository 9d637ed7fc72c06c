import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import type { CommandLine } from '../command-line.ts';
import { directoryFlag, formatFlag } from '../flags.ts';

interface Flags {
  readonly directory?: string;
  readonly target?: readonly string[];
  readonly format?: 'text' | 'json';
}

export const doctorRoute = buildCommand<Flags, [], CommandLine>({
  loader: async () => {
    const [{ examineHere }, { doctorJson, renderDoctor }] = await Promise.all([
      import('../../operations/doctor.ts'),
      import('../../present/doctor.ts'),
    ]);
    return async function doctor({ directory = '.', target: targets = [], format }) {
      const context = { ...this.world, emit: () => {}, cwd: resolve(this.world.cwd, directory) };
      const report = await examineHere(context, { targets });
      this.process.stdout.write(
        format === 'json' ? doctorJson(report) : renderDoctor(report, { color: this.color.stdout }),
      );
      if (report.findings.some(({ status }) => status === 'fail')) this.process.exitCode = 1;
    };
  },
  parameters: {
    flags: {
      directory: directoryFlag,
      target: {
        kind: 'parsed',
        parse: String,
        optional: true,
        variadic: true,
        placeholder: 'TARGET',
        brief: 'What these targets need alone: names or globs',
      },
      format: formatFlag,
    },
    aliases: { C: 'directory' },
  },
  docs: {
    brief: 'Try all that a build needs, and name each problem, its cause and its cure',
    fullDescription:
      'Tries what a build needs, on this machine and for this project, by doing it, and names each problem, its cause and its cure. Exits with 1 where something will break a build. docs/doctor.md tells of each check.',
  },
});
