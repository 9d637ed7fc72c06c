import { buildCommand } from '@stricli/core';
import type { CommandLine } from '../command-line.ts';
import { pagePath } from '../pages.ts';
import {
  directoryFlag,
  engineChoice,
  engineFlags,
  formatFlag,
  switchFlag,
  wordsFlag,
  type EngineFlags,
} from '../flags.ts';

interface Flags extends EngineFlags {
  readonly directory?: string;
  readonly target?: readonly string[];
  readonly emulated: boolean;
  readonly fix: boolean;
  readonly format?: 'text' | 'json';
}

export const doctorRoute = buildCommand<Flags, [], CommandLine>({
  loader: async () => {
    const [{ examineHere }, { withContext }, { doctorJson, renderDoctor }] = await Promise.all([
      import('../../operations/doctor.ts'),
      import('../display.ts'),
      import('../../present/doctor.ts'),
    ]);
    return async function doctor(flags) {
      const { directory, target: targets = [], emulated, fix, format } = flags;
      const engine = engineChoice(flags, this.world.cwd);
      const request = { targets, engine, emulated, fix };
      // Only these take so long that anybody wants to see them go on.
      const progress = emulated || fix ? 'auto' : 'quiet';
      const report = await withContext(this, { directory, progress }, (context) =>
        examineHere(context, request),
      );
      this.process.stdout.write(
        format === 'json'
          ? doctorJson(report)
          : renderDoctor(report, { color: this.color.stdout, page: pagePath('doctor.md') }),
      );
      if (report.findings.some(({ status }) => status === 'fail')) this.process.exitCode = 1;
    };
  },
  parameters: {
    flags: {
      directory: directoryFlag,
      target: wordsFlag('TARGET', 'What these targets need alone: names or globs'),
      ...engineFlags,
      emulated: switchFlag('Run steps of other CPUs too, with the emulator that builds use'),
      fix: switchFlag('Do what can be done without privileges, look again, and tell the rest'),
      format: formatFlag,
    },
    aliases: { C: 'directory' },
  },
  docs: {
    customUsage: [
      { input: '', brief: 'this machine, its network, the engine and the project' },
      { input: '--target linux-arm64-gnu --emulated', brief: 'what one target needs, its emulator too' },
    ],
    brief: 'Try all that a build needs, and name each problem, its cause and its cure',
    fullDescription:
      'Tries what a build needs, on this machine and for this project, by doing it, and names each problem, its cause and its cure. Exits with 1 where something will break a build. docs/doctor.md tells of each check.',
  },
});
