import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import { choiceFlag, projectFlags, type ProjectFlags } from '../flags.ts';
import type { CommandLine } from '../command-line.ts';

const formats = ['text', 'json', 'dot', 'mermaid', 'pb'] as const;

interface Flags extends ProjectFlags {
  readonly format?: (typeof formats)[number];
}

export const graphRoute = buildCommand<Flags, string[], CommandLine>({
  loader: async () => {
    const [{ graphTargets }, { withDisplay }] = await Promise.all([
      import('../../operations/graph.ts'),
      import('../display.ts'),
    ]);
    return async function showGraph(flags, ...targets) {
      const cwd = resolve(this.world.cwd, flags.directory ?? '.');
      const picture = await withDisplay(this, 'quiet', (emit) =>
        graphTargets(
          { ...this.world, emit, cwd },
          { targets, format: flags.format ?? 'text', set: flags.set },
        ),
      );
      this.process.stdout.write(picture);
    };
  },
  parameters: {
    flags: {
      ...projectFlags,
      format: choiceFlag(formats, "As text (the default), or BuildKit's bytes with pb"),
    },
    aliases: { C: 'directory' },
    positional: {
      kind: 'array',
      parameter: { parse: String, placeholder: 'target', brief: 'Names of targets, or globs' },
    },
  },
  docs: { brief: 'Show what a build would run, as a graph of LLB operations' },
});
