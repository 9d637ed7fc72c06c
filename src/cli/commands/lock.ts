import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import { directoryFlag, mirrorFlag, setFlag, progressForms, type ProgressForm } from '../flags.ts';
import type { CommandLine } from '../command-line.ts';

interface Flags {
  readonly directory?: string;
  readonly set?: readonly string[];
  readonly mirror?: string;
  readonly progress?: ProgressForm;
  readonly update: boolean;
  readonly format?: 'text' | 'json';
}

export const lockRoute = buildCommand<Flags, [], CommandLine>({
  loader: async () => {
    const [{ lockProject }, { withDisplay }, { renderLock }] = await Promise.all([
      import('../../operations/lock.ts'),
      import('../display.ts'),
      import('../../present/lock.ts'),
    ]);
    return async function lock(flags) {
      const cwd = resolve(this.world.cwd, flags.directory ?? '.');
      const result = await withDisplay(this, flags.progress ?? 'auto', (emit) =>
        lockProject(
          { ...this.world, emit, cwd },
          { update: flags.update, mirror: flags.mirror, set: flags.set },
        ),
      );
      this.process.stdout.write(
        flags.format === 'json' ? `${JSON.stringify(result.json, undefined, 2)}\n` : renderLock(result),
      );
    };
  },
  parameters: {
    flags: {
      directory: directoryFlag,
      set: setFlag,
      mirror: mirrorFlag,
      progress: { kind: 'enum', values: progressForms, optional: true, brief: 'How progress is shown' },
      update: {
        kind: 'boolean',
        default: false,
        brief: 'Decide every environment anew, from the newest packages',
      },
      format: { kind: 'enum', values: ['text', 'json'], optional: true, brief: 'How the result is printed' },
    },
    aliases: { C: 'directory' },
  },
  docs: { brief: 'Resolve every environment for every CPU and write targetry.lock' },
});
