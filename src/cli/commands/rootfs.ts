import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import {
  choiceFlag,
  environmentWord,
  neededWordFlag,
  progressFlag,
  projectFlags,
  rootArchFlag,
  rootForms,
  serverFlags,
  type ProgressForm,
  type ProjectFlags,
  type ServerFlags,
} from '../flags.ts';
import type { CommandLine } from '../command-line.ts';

interface Flags extends ProjectFlags, ServerFlags {
  readonly progress?: ProgressForm;
  readonly arch?: string;
  readonly output: string;
  readonly format?: (typeof rootForms)[number];
}

export const rootfsRoute = buildCommand<Flags, [string], CommandLine>({
  loader: async () => {
    const [{ writeRootfs }, { withContext }, { renderRootfs }] = await Promise.all([
      import('../../operations/rootfs.ts'),
      import('../display.ts'),
      import('../../present/rootfs.ts'),
    ]);
    return async function rootfs(flags, environment) {
      const { arch, format: form, mirror, offline, set } = flags;
      // Of the shell that was typed into, wherever the project is.
      const output = resolve(this.world.cwd, flags.output);
      const result = await withContext(this, flags, (context) =>
        writeRootfs(context, { environment, arch, output, form, mirror, offline, set }),
      );
      this.process.stdout.write(renderRootfs(result, { cwd: this.world.cwd }));
    };
  },
  parameters: {
    flags: {
      ...projectFlags,
      ...serverFlags,
      progress: progressFlag,
      arch: rootArchFlag,
      output: neededWordFlag('PATH', 'Where to write it: a new folder, or a file'),
      format: choiceFlag(
        rootForms,
        'What to write; without it a tar where the name ends in .tar, else a folder',
      ),
    },
    aliases: { C: 'directory', o: 'output' },
    positional: environmentWord,
  },
  docs: {
    brief: 'Write the root filesystem of an environment as a folder, a tar or an OCI image',
    fullDescription:
      'Writes the root filesystem of an environment as a folder, a tar or an OCI image. Nothing of it is run, so any CPU costs the same. Equal locks give equal bytes, on every machine.',
    customUsage: [
      { input: 'debian-12 -o root', brief: 'a folder' },
      { input: 'debian-12 --arch arm64 -o root.tar', brief: 'a tar for another CPU' },
      { input: 'debian-12 --format oci -o image', brief: 'an OCI image layout' },
    ],
  },
});
