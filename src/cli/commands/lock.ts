import { buildCommand } from '@stricli/core';
import { jsonText } from '../../base/json-text.ts';
import type { LockCommand } from '../../operations/lock.ts';
import type { Context } from '../../report/context.ts';
import type { CommandLine } from '../command-line.ts';
import {
  allowExpiredFlag,
  archFlag,
  formatFlag,
  progressFlag,
  projectFlags,
  serverFlags,
  severalWords,
  switchFlag,
  wordFlag,
  type ProgressForm,
  type ProjectFlags,
  type ServerFlags,
} from '../flags.ts';

interface Flags extends ProjectFlags, ServerFlags {
  readonly allowExpired?: readonly string[];
  readonly arch?: string;
  readonly progress?: ProgressForm;
  readonly update: boolean;
  readonly check: boolean;
  readonly keep?: string;
  readonly why?: string;
  readonly whyNot?: string;
  readonly format?: 'text' | 'json';
}

interface Answer {
  readonly text: string;
  readonly json: object;
  readonly no?: boolean;
}

export const lockRoute = buildCommand<Flags, string[], CommandLine>({
  loader: async () => {
    const { withContext } = await import('../display.ts');
    return async function lock(flags, ...environments) {
      const { mirror, offline, allowExpired, arch: arches, update, keep, set } = flags;
      const command = { environments, arches, update, keep, mirror, offline, allowExpired, set };
      const { text, json, no } = await withContext(this, flags, (context) =>
        answerTo(flags, command, context, this.color.stdout),
      );
      this.process.stdout.write(flags.format === 'json' ? jsonText(json) : text);
      if (no === true) this.process.exitCode = 1;
    };
  },
  parameters: {
    flags: {
      ...projectFlags,
      ...serverFlags,
      allowExpired: allowExpiredFlag,
      arch: archFlag,
      progress: progressFlag,
      update: switchFlag('Decide anew, from the newest packages, and say what changed'),
      check: switchFlag('Change nothing; exit 1 where targetry.yaml and the lock disagree'),
      keep: wordFlag(
        'FOLDER',
        'Keep every package in this folder of the project, for when its server deletes it',
      ),
      why: wordFlag('PACKAGE', 'Say what brings a package in'),
      whyNot: wordFlag('PACKAGE=VERSION', 'Say what rules a version out'),
      format: formatFlag,
    },
    aliases: { C: 'directory' },
    positional: severalWords('environment', 'Names of environments, or globs; all without one'),
  },
  docs: {
    brief: 'Resolve every environment for every CPU and write targetry.lock',
    customUsage: [
      { input: '', brief: 'lock what is not locked yet' },
      { input: '--update debian-11', brief: 'the newest packages, and a table of what changed' },
      { input: '--check', brief: 'in CI: fail where the lock was forgotten' },
      { input: '--why libssl3', brief: 'the chain that brings a package in' },
    ],
  },
});

async function answerTo(
  flags: Flags,
  command: LockCommand,
  context: Context,
  color: boolean,
): Promise<Answer> {
  const present = await import('../../present/lock.ts');
  if (flags.why !== undefined) {
    const { whyLocked } = await import('../../operations/explain-lock.ts');
    const answers = await whyLocked(context, command, flags.why);
    return { text: present.renderWhy(answers), json: { schema: 'targetry.lock-why/1', answers } };
  }
  if (flags.whyNot !== undefined) {
    const { whyNotLocked } = await import('../../operations/explain-lock.ts');
    const answers = await whyNotLocked(context, command, flags.whyNot);
    const text = present.renderWhyNot(flags.whyNot, answers, { color });
    return { text, json: { schema: 'targetry.lock-why-not/1', answers } };
  }
  const { checkLock, lockProject } = await import('../../operations/lock.ts');
  if (flags.check) {
    const check = await checkLock(context, command);
    const no = check.outdated.length + check.unused.length > 0;
    return { text: present.renderLockCheck(check), json: check.json, no };
  }
  const result = await lockProject(context, command);
  return { text: present.renderLock(result, { update: flags.update, color }), json: result.json };
}
