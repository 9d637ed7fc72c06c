import { buildCommand } from '@stricli/core';
import type { CommandLine } from '../command-line.ts';
import { directoryFlag } from '../flags.ts';

interface Flags {
  readonly directory?: string;
}

export const initRoute = buildCommand<Flags, [string?], CommandLine>({
  loader: async () => {
    const [{ initProject }, { withContext }, { renderInit }] = await Promise.all([
      import('../../operations/init.ts'),
      import('../display.ts'),
      import('../../present/init.ts'),
    ]);
    return async function init({ directory }, file) {
      const written = await withContext(this, { directory, progress: 'quiet' }, (context) =>
        initProject(context, file),
      );
      this.process.stdout.write(renderInit(written));
    };
  },
  parameters: {
    flags: { directory: directoryFlag },
    aliases: { C: 'directory' },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'The file that tells the kind, where several do: meson.build',
          placeholder: 'file',
          parse: String,
          optional: true,
        },
      ],
    },
  },
  docs: { brief: 'Look at the project and write a first targetry.yaml' },
});
