import { buildCommand } from '@stricli/core';
import { choiceFlag, directoryFlag, severalWords, wordFlag, wordsFlag } from '../flags.ts';
import type { CommandLine } from '../command-line.ts';

const formats = ['text', 'json', 'sarif', 'markdown'] as const;

interface Flags {
  readonly directory?: string;
  readonly format?: (typeof formats)[number];
  readonly objects?: string;
  readonly promise?: readonly string[];
  readonly verbose?: boolean;
}

export const auditRoute = buildCommand<Flags, string[], CommandLine>({
  loader: async () => {
    const [{ audit }, { renderAuditAs }, { withContext }] = await Promise.all([
      import('../../operations/audit.ts'),
      import('../../present/audit-format.ts'),
      import('../display.ts'),
    ]);
    return async function auditArtifacts(flags, ...paths) {
      const { directory, promise: promises, objects } = flags;
      const result = await withContext(this, { directory, progress: 'quiet' }, (context) =>
        audit(context, { paths, promises, objects }),
      );
      const options = { color: this.color.stdout, version: this.version, verbose: flags.verbose ?? false };
      this.process.stdout.write(renderAuditAs(flags.format ?? 'text', result, options));
      if (!result.fine) this.process.exitCode = 1;
    };
  },
  parameters: {
    flags: {
      directory: directoryFlag,
      format: choiceFlag(formats, 'The form of the report: text by default'),
      objects: wordFlag('DIR|MAP', 'Object files, or a link map, that tell which of them brings a symbol in'),
      promise: wordsFlag(
        'WORD',
        'Fail where it is not kept: glibc:2.28, musl, static, manylinux_2_28, runs-on:debian-11 …',
      ),
      verbose: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Every file, release and problem',
      },
    },
    aliases: { C: 'directory', v: 'verbose' },
    positional: { ...severalWords('path', 'Files, folders or globs'), minimum: 1 },
  },
  docs: {
    brief: 'Say where ELF files, packages, archives and folders run, and why not elsewhere',
    customUsage: [
      { input: 'node_modules', brief: 'every native file that npm installed' },
      { input: "--promise glibc:2.28 'dist/*'", brief: 'a gate before a release' },
    ],
  },
});
