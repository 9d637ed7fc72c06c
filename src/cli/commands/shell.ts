import { buildCommand } from '@stricli/core';
import type { SecretPlace } from '../../operations/building/read-secrets.ts';
import type { CommandLine } from '../command-line.ts';
import {
  engineChoice,
  engineFlags,
  projectFlags,
  secretFlag,
  serverFlags,
  switchFlag,
  wordFlag,
  type EngineFlags,
  type ProjectFlags,
  type ServerFlags,
} from '../flags.ts';

interface Flags extends EngineFlags, ProjectFlags, ServerFlags {
  readonly secret?: readonly SecretPlace[];
  readonly failed: boolean;
  readonly replay: boolean;
  readonly command?: string;
}

export const shellRoute = buildCommand<Flags, [string], CommandLine>({
  loader: async () => {
    const [{ openShell }, { withContext }] = await Promise.all([
      import('../../operations/shell.ts'),
      import('../display.ts'),
    ]);
    return async function shell(flags, target) {
      const { directory, secret: secrets, ...asked } = flags;
      const { stdout, stderr } = this.process;
      const request = {
        command: undefined,
        ...asked,
        target,
        secrets,
        engine: engineChoice(flags, this.world.cwd),
        interactive: process.stdin.isTTY,
        printed: (stream: 'stdout' | 'stderr', data: Uint8Array) => {
          (stream === 'stdout' ? stdout : stderr).write(data as never);
        },
      };
      // What moves would write over the shell.
      const code = await withContext(this, { directory, progress: 'plain' }, (context) =>
        openShell(context, request),
      );
      this.process.exitCode = code;
    };
  },
  parameters: {
    flags: {
      ...projectFlags,
      secret: secretFlag,
      ...serverFlags,
      failed: switchFlag('Where the step that failed left off, with all that it left behind'),
      replay: switchFlag('Run the command of the step once more, and keep nothing of it'),
      command: wordFlag('COMMAND', 'Run this instead of a shell to type into'),
      ...engineFlags,
    },
    aliases: { C: 'directory', c: 'command' },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'target', brief: 'A target, or an environment' }],
    },
  },
  docs: {
    brief: 'Open a shell where the steps of a target run, or at the step that failed',
    customUsage: [
      { input: 'linux-x64-gnu', brief: 'before the first step' },
      { input: '--failed linux-x64-gnu', brief: 'as the step that failed left it' },
      { input: "-c 'cc --version' linux-x64-gnu", brief: 'one command' },
    ],
  },
});
