import { buildCommand } from '@stricli/core';
import { jsonText } from '../../base/json-text.ts';
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

const formats = ['spdx', 'cyclonedx'] as const;

interface Flags extends ProjectFlags, ServerFlags {
  readonly progress?: ProgressForm;
  readonly arch?: string;
  readonly format: (typeof formats)[number];
}

export const sbomRoute = buildCommand<Flags, [string], CommandLine>({
  loader: async () => {
    const [{ writeSbom }, { withContext }] = await Promise.all([
      import('../../operations/sbom.ts'),
      import('../display.ts'),
    ]);
    return async function sbom({ directory, progress, ...flags }, environment) {
      const document = await withContext(this, { directory, progress }, (context) =>
        writeSbom(context, { environment, ...flags }),
      );
      this.process.stdout.write(jsonText(document));
    };
  },
  parameters: {
    flags: {
      ...projectFlags,
      ...serverFlags,
      progress: progressFlag,
      arch: rootArchFlag,
      format: { kind: 'enum', values: formats, default: 'spdx', brief: 'SPDX 2.3 or CycloneDX 1.6, as JSON' },
    },
    aliases: { C: 'directory' },
    positional: environmentWord,
  },
  docs: {
    brief: 'List what an environment is made of, for scanners',
    customUsage: [
      { input: 'debian-12 > debian-12.spdx.json', brief: 'SPDX 2.3' },
      { input: 'debian-12 --arch arm64 --format cyclonedx', brief: 'CycloneDX 1.6' },
    ],
  },
});
