import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import { Failure } from '../../report/failure.ts';
import { choiceFlag, projectFlags, severalWords, wordFlag, type ProjectFlags } from '../flags.ts';
import type { CommandLine } from '../command-line.ts';

const formats = ['text', 'json', 'dot', 'mermaid', 'pb'] as const;

interface Flags extends ProjectFlags {
  readonly format?: (typeof formats)[number];
  readonly output?: string;
}

export const graphRoute = buildCommand<Flags, string[], CommandLine>({
  loader: async () => {
    const [{ drawGraph }, { withContext }] = await Promise.all([
      import('../../operations/graph.ts'),
      import('../display.ts'),
    ]);
    return async function showGraph(flags, ...targets) {
      const { output, format = output === undefined ? 'text' : 'pb', set } = flags;
      if (format === 'pb') return giveGraph(this, flags, targets);
      if (output !== undefined) throw new Failure('usage', '--output is of `--format pb`');
      const { directory } = flags;
      const picture = await withContext(this, { directory, progress: 'quiet' }, (context) =>
        drawGraph(context, { targets, format, set }),
      );
      this.process.stdout.write(picture);
    };
  },
  parameters: {
    flags: {
      ...projectFlags,
      format: choiceFlag(formats, "As text (the default), or with pb as BuildKit's own client takes it"),
      output: wordFlag(
        'FOLDER',
        'For pb: a new folder, for the graph, all that it starts from and a script that builds it',
      ),
    },
    aliases: { C: 'directory', o: 'output' },
    positional: severalWords('target', 'Names of targets, or globs'),
  },
  docs: {
    brief: 'Show what a build would run, as a graph of LLB operations',
    customUsage: [
      { input: 'linux-x64-gnu', brief: 'as text' },
      { input: '--format mermaid', brief: 'a picture' },
      { input: '--format pb -o FOLDER', brief: 'for `buildctl`, which builds it without Targetry' },
    ],
  },
});

/** As bytes that another program reads; what is said of them goes to people. */
async function giveGraph(
  commandLine: CommandLine,
  { output: place, directory, set }: Flags,
  targets: readonly string[],
): Promise<void> {
  const { world, process } = commandLine;
  const [{ graphForBuildctl }, { withContext }, { renderGraphNeeds, renderWrittenGraph }] = await Promise.all(
    [
      import('../../operations/graph-for-buildctl.ts'),
      import('../display.ts'),
      import('../../present/graph.ts'),
    ],
  );
  // Of the shell that was typed into, wherever the project is.
  const output = place === undefined ? undefined : resolve(world.cwd, place);
  const progress = output === undefined ? 'quiet' : 'auto';
  const graph = await withContext(commandLine, { directory, progress }, (context) =>
    graphForBuildctl(context, { targets, set, output }),
  );
  if (output !== undefined) {
    process.stdout.write(renderWrittenGraph(graph, world));
    return;
  }
  process.stdout.write(graph.definition);
  process.stderr.write(renderGraphNeeds(graph));
}
