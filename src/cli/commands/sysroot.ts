import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import {
  environmentWord,
  progressFlag,
  projectFlags,
  rootArchFlag,
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
  readonly prefix?: string;
}

export const sysrootRoute = buildCommand<Flags, [string], CommandLine>({
  loader: async () => {
    const [{ writeSysroot }, { withDisplay }, { renderSysroot }] = await Promise.all([
      import('../../operations/sysroot.ts'),
      import('../display.ts'),
      import('../../present/sysroot.ts'),
    ]);
    return async function sysroot(flags, environment) {
      const { arch, prefix, mirror, offline, set } = flags;
      // Of the shell that was typed into, wherever the project is.
      const output = resolve(this.world.cwd, flags.output);
      const cwd = resolve(this.world.cwd, flags.directory ?? '.');
      const result = await withDisplay(this, flags.progress ?? 'auto', (emit) =>
        writeSysroot(
          { ...this.world, emit, cwd },
          { environment, arch, output, prefix, mirror, offline, set },
        ),
      );
      this.process.stdout.write(renderSysroot(result, { cwd: this.world.cwd }));
    };
  },
  parameters: {
    flags: {
      ...projectFlags,
      ...serverFlags,
      progress: progressFlag,
      arch: rootArchFlag,
      output: {
        kind: 'parsed',
        parse: String,
        placeholder: 'PATH',
        brief: 'Where to write it: a new folder',
      },
      prefix: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'PATH',
        brief: 'Where it will be used, if not where it is written',
      },
    },
    aliases: { C: 'directory', o: 'output' },
    positional: environmentWord,
  },
  docs: {
    brief: 'Write what an environment compiles against as a folder, for compilers of any machine',
    fullDescription:
      'Writes the headers and libraries of an environment, or of its `sysroot:`, as a folder that can be moved, with wrappers for gcc and clang, and files for CMake, Meson, autoconf and shells. Nothing of it is run.',
    customUsage: [
      { input: 'debian-11 -o sysroot', brief: 'for the CPU of this machine' },
      { input: 'modern --arch arm64 -o sysroot --prefix /opt/sysroot', brief: 'to be used elsewhere' },
    ],
  },
});
