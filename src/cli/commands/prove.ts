import { buildCommand } from '@stricli/core';
import { jsonText } from '../../base/json-text.ts';
import {
  allowExpiredFlag,
  engineChoice,
  engineFlags,
  formatFlag,
  progressFlag,
  projectFlags,
  secretFlag,
  serverFlags,
  severalWords,
  switchFlag,
  wordFlag,
  type EngineFlags,
  type ProgressForm,
  type ProjectFlags,
  type ServerFlags,
} from '../flags.ts';
import type { SecretPlace } from '../../operations/building/read-secrets.ts';
import type { CommandLine } from '../command-line.ts';

interface Flags extends ProjectFlags, ServerFlags, EngineFlags {
  readonly in?: readonly string[];
  readonly oldest: boolean;
  readonly newest: boolean;
  readonly run?: string;
  readonly format?: 'text' | 'json';
  readonly secret?: readonly SecretPlace[];
  readonly allowExpired?: readonly string[];
  readonly progress?: ProgressForm;
}

export const proveRoute = buildCommand<Flags, string[], CommandLine>({
  loader: async () => {
    const [{ prove }, { withContext }, { renderProof }, { proofPages }] = await Promise.all([
      import('../../operations/prove.ts'),
      import('../display.ts'),
      import('../../present/prove.ts'),
      import('../../present/proof-pages.ts'),
    ]);
    return async function proveArtifacts(flags, ...subjects) {
      const { set, oldest, newest, run, mirror, offline, allowExpired, format } = flags;
      const asked = { set, oldest, newest, run, mirror, offline, allowExpired, secrets: flags.secret };
      const engine = engineChoice(flags, this.world.cwd);
      const request = { ...asked, subjects, places: flags.in ?? [], engine, pages: proofPages };
      const result = await withContext(this, flags, (context) => prove(context, request));
      const { stdout } = this.process;
      if (format === 'json') stdout.write(jsonText(result.statement));
      else stdout.write(renderProof(result, { color: this.color.stdout, cwd: this.world.cwd }));
      if (!result.fine) this.process.exitCode = 1;
    };
  },
  parameters: {
    flags: {
      ...projectFlags,
      in: {
        kind: 'parsed',
        parse: String,
        optional: true,
        variadic: ',',
        placeholder: 'NAME,…',
        brief: 'Where to run them, instead of `proof:`: environments, and releases such as debian-12',
      },
      oldest: switchFlag('In the oldest release of Debian, for musl of Alpine, that the promise covers'),
      newest: switchFlag('In the newest one'),
      run: wordFlag('COMMAND', 'With --in, --oldest or --newest: what to run there; `$ARTIFACT` is the file'),
      format: formatFlag,
      secret: secretFlag,
      ...serverFlags,
      allowExpired: allowExpiredFlag,
      ...engineFlags,
      progress: progressFlag,
    },
    aliases: { C: 'directory' },
    positional: severalWords(
      'target|file',
      'Targets, which are built first, or files as they are; all targets without one',
    ),
  },
  docs: {
    brief: 'Run artifacts in fresh roots of other systems, and hold what happens against the audit',
    customUsage: [
      { input: '', brief: 'every target, where `proof:` says' },
      { input: '--oldest --newest', brief: 'at both ends of what each target promises' },
      { input: 'dist/hello --in debian-11,debian-13', brief: 'any file, in two releases' },
    ],
  },
});
