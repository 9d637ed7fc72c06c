import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import {
  choiceFlag,
  neededWordFlag,
  progressFlag,
  projectFlags,
  rootArchFlag,
  rootForms,
  serverFlags,
  wordFlag,
  wordsFlag,
  type ProgressForm,
  type ProjectFlags,
  type ServerFlags,
} from '../flags.ts';
import { Failure } from '../../report/failure.ts';
import type { CommandLine } from '../command-line.ts';

interface Flags extends ProjectFlags, ServerFlags {
  readonly progress?: ProgressForm;
  readonly arch?: string;
  readonly output: string;
  readonly prefix?: string;
  readonly closure?: readonly string[];
  readonly libc?: string;
  readonly with?: readonly string[];
  readonly runtime?: readonly string[];
  readonly format?: (typeof rootForms)[number];
}

export const sysrootRoute = buildCommand<Flags, [string?], CommandLine>({
  loader: async () => {
    const [{ writeSysroot }, { withContext }, { renderSysroot }] = await Promise.all([
      import('../../operations/sysroot.ts'),
      import('../display.ts'),
      import('../../present/sysroot.ts'),
    ]);
    return async function sysroot(flags, environment) {
      if (flags.closure !== undefined) return writeClosed(this, flags, environment);
      const wrong = wrongWithoutClosure(flags);
      if (wrong !== undefined || environment === undefined) {
        const message =
          wrong === undefined ? 'which environment is not told' : `--${wrong} is of \`--closure FILE\``;
        throw new Failure('usage', message);
      }
      const { arch, prefix, mirror, offline, set } = flags;
      // Of the shell that was typed into, wherever the project is.
      const output = resolve(this.world.cwd, flags.output);
      const result = await withContext(this, flags, (context) =>
        writeSysroot(context, { environment, arch, output, prefix, mirror, offline, set }),
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
      output: neededWordFlag('PATH', 'Where to write it: a new folder; a closure also as a file'),
      prefix: wordFlag('PATH', 'Where it will be used, if not where it is written'),
      closure: wordsFlag(
        'FILE',
        'Not to compile with, but to run: only what this program or library needs, the loader included',
      ),
      with: wordsFlag('NAME', 'Of a closure: also this library, which is opened by name: libnss_dns.so.2'),
      runtime: wordsFlag('FOLDER', 'Of a closure: libraries of your own, before those of the environment'),
      libc: wordFlag(
        'LIBC',
        'Of a closure: a release instead of an environment, as `targetry cc` has it: debian-12, alpine',
      ),
      format: choiceFlag(
        rootForms,
        'Of a closure: what to write; without it a tar where the name ends in .tar, else a folder',
      ),
    },
    aliases: { C: 'directory', o: 'output' },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          placeholder: 'environment',
          optional: true,
          brief: 'An environment of targetry.yaml; of a closure, without one that which built the file',
        },
      ],
    },
  },
  docs: {
    brief: 'Write what an environment compiles against as a folder, for compilers of any machine',
    fullDescription:
      'Writes the headers and libraries of an environment, or of its `sysroot:`, as a folder that can be moved, with wrappers for gcc and clang, and files for CMake, Meson, autoconf and shells. Nothing of it is run.',
    customUsage: [
      { input: 'debian-11 -o sysroot', brief: 'for the CPU of this machine' },
      { input: 'modern --arch arm64 -o sysroot --prefix /opt/sysroot', brief: 'to be used elsewhere' },
      { input: '--closure dist/hello -o root', brief: 'all that a program needs to run, and it' },
      { input: '--closure dist/hello --format oci -o image', brief: 'the same as an image' },
    ],
  },
});

async function writeClosed(
  commandLine: CommandLine,
  flags: Flags,
  environment: string | undefined,
): Promise<void> {
  const [{ writeClosure }, { withContext }, { renderClosure }] = await Promise.all([
    import('../../operations/closure.ts'),
    import('../display.ts'),
    import('../../present/closure.ts'),
  ]);
  const { world, process } = commandLine;
  if (flags.arch !== undefined)
    throw new Failure('usage', '--arch says nothing of a closure: its CPU is that of the file');
  if (flags.libc !== undefined && environment !== undefined)
    throw new Failure('usage', `--libc ${flags.libc} and environment \`${environment}\` were both asked for`);
  const { libc, prefix, mirror, offline, set, format: form, with: more = [] } = flags;
  // Of the shell that was typed into, wherever the project is.
  const here = (path: string) => resolve(world.cwd, path);
  const asked = { environment, libc, prefix, mirror, offline, set, form, more, output: here(flags.output) };
  const files = flags.closure!.map(here);
  const runtime = (flags.runtime ?? []).map(here);
  const result = await withContext(commandLine, flags, (context) =>
    writeClosure(context, { ...asked, files, runtime }),
  );
  process.stdout.write(renderClosure(result, { cwd: world.cwd }));
}

/** What has no meaning without `--closure` would be ignored without a word. */
function wrongWithoutClosure({ libc, format, runtime, with: more }: Flags): string | undefined {
  const given = { libc, format, runtime, with: more };
  return Object.entries(given).find(([, value]) => value !== undefined)?.[0];
}
