import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import type { EngineChoice } from '../../operations/building/engine-choice.ts';
import {
  allowExpiredFlag,
  engineChoice,
  engineFlags,
  progressFlag,
  projectFlags,
  secretFlag,
  serverFlags,
  severalWords,
  switchFlag,
  wordFlag,
  type EngineFlags,
  type ProgressForm,
  type ProjectFlags,
  type ServerFlags,
} from '../flags.ts';
import type { SecretPlace } from '../../operations/building/read-secrets.ts';
import type { CommandLine } from '../command-line.ts';

interface Flags extends ProjectFlags, ServerFlags, EngineFlags {
  readonly secret?: readonly SecretPlace[];
  readonly allowExpired?: readonly string[];
  readonly progress?: ProgressForm;
  readonly saveFailed?: string;
  readonly plan: boolean;
}

export const buildRoute = buildCommand<Flags, string[], CommandLine>({
  loader: async () => {
    const [{ build }, { withContext }, { renderBuild }] = await Promise.all([
      import('../../operations/build.ts'),
      import('../display.ts'),
      import('../../present/build.ts'),
    ]);
    return async function buildTargets(flags, ...targets) {
      const { mirror, offline, allowExpired } = flags;
      const servers = { mirror, offline, allowExpired };
      const engine = engineChoice(flags, this.world.cwd);
      if (flags.plan) return showPlan(this, flags, { targets, set: flags.set, engine });
      // Of the shell that was typed into, wherever the project is.
      const saveFailed = flags.saveFailed && resolve(this.world.cwd, flags.saveFailed);
      const asked = { targets, ...servers, set: flags.set, secrets: flags.secret, saveFailed, engine };
      const result = await withContext(this, flags, (context) => build(context, asked));
      this.process.stdout.write(renderBuild(result, { color: this.color.stdout, cwd: this.world.cwd }));
    };
  },
  parameters: {
    flags: {
      ...projectFlags,
      secret: secretFlag,
      ...serverFlags,
      allowExpired: allowExpiredFlag,
      plan: switchFlag(
        'Only tell how each target would be built, native, cross or emulated, why, and by which builder',
      ),
      saveFailed: wordFlag(
        'PATH',
        'Keep what a step that fails leaves behind: a tar where the name ends in .tar, else an OCI image',
      ),
      ...engineFlags,
      progress: progressFlag,
    },
    aliases: { C: 'directory' },
    positional: severalWords('target', "Names of targets, or globs: 'linux-*-musl'; all without one"),
  },
  docs: {
    brief: 'Build all targets, or the ones named, audit what comes out and write it to dist/',
    customUsage: [
      { input: '', brief: 'every target' },
      { input: "'linux-*-musl'", brief: 'the targets that match' },
    ],
  },
});

interface PlanAsked {
  readonly engine: EngineChoice;
  readonly targets: readonly string[];
  readonly set: readonly string[] | undefined;
}

async function showPlan(commandLine: CommandLine, { directory }: Flags, asked: PlanAsked): Promise<void> {
  const [{ outlineBuild }, { withContext }, { renderPlan }] = await Promise.all([
    import('../../operations/plan-build.ts'),
    import('../display.ts'),
    import('../../present/plan.ts'),
  ]);
  const { color, process } = commandLine;
  const outline = await withContext(commandLine, { directory, progress: 'quiet' }, (context) =>
    outlineBuild(context, asked),
  );
  process.stdout.write(renderPlan(outline, { color: color.stdout }));
}
