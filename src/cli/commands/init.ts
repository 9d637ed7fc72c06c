import { buildCommand } from '@stricli/core';
import type { CommandLine } from '../command-line.ts';
import { directoryFlag } from '../flags.ts';

interface Flags {
  readonly directory?: string;
}

export const initRoute = buildCommand<Flags, [], CommandLine>({
  loader: async () => {
    const [{ initProject }, { withContext }, { renderInit }] = await Promise.all([
      import('../../operations/init.ts'),
      import('../display.ts'),
      import('../../present/init.ts'),
    ]);
    return async function init({ directory }) {
      const written = await withContext(this, { directory, progress: 'quiet' }, initProject);
      this.process.stdout.write(renderInit(written));
    };
  },
  parameters: { flags: { directory: directoryFlag }, aliases: { C: 'directory' } },
  docs: { brief: 'Look at the project and write a first targetry.yaml' },
});
