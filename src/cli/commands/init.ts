import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import type { CommandLine } from '../command-line.ts';
import { directoryFlag } from '../flags.ts';

interface Flags {
  readonly directory?: string;
}

export const initRoute = buildCommand<Flags, [], CommandLine>({
  loader: async () => {
    const [{ initProject }, { renderInit }] = await Promise.all([
      import('../../operations/init.ts'),
      import('../../present/init.ts'),
    ]);
    return function init(flags) {
      const cwd = resolve(this.world.cwd, flags.directory ?? '.');
      this.process.stdout.write(renderInit(initProject({ ...this.world, emit: () => {}, cwd })));
    };
  },
  parameters: { flags: { directory: directoryFlag }, aliases: { C: 'directory' } },
  docs: { brief: 'Look at the project and write a first targetry.yaml' },
});
