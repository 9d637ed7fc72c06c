import { fstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import { directoryFlag, formatFlag, switchFlag } from '../flags.ts';
import type { CommandLine } from '../command-line.ts';

interface Flags {
  readonly directory?: string;
  readonly here: boolean;
  readonly format?: 'text' | 'json';
}

const reading =
  'reading a log from standard input; for the last step that failed: targetry explain < /dev/null\n';

/**
 * As in `make 2>&1 | targetry explain`, with `-` whatever it is. What Node leaves open for the programs that it starts is a
 * socket, and no log.
 */
async function* standardInput(
  log: string | undefined,
  { process: { stderr }, world: { signal } }: Pick<CommandLine, 'process' | 'world'>,
): AsyncGenerator<Uint8Array> {
  const stdin = fstatSync(0);
  if (log !== '-' && !stdin.isFIFO() && !stdin.isFile()) return;
  // Who leaves a pipe open without meaning to would see nothing at all.
  const slow = setTimeout(() => log === undefined && stderr.write(reading), 1000);
  signal.addEventListener('abort', stopReading, { once: true });
  try {
    for await (const piece of process.stdin as AsyncIterable<Uint8Array>) {
      clearTimeout(slow);
      yield piece;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(slow);
    signal.removeEventListener('abort', stopReading);
  }
}

function stopReading(): void {
  process.stdin.destroy();
}

export const explainRoute = buildCommand<Flags, [string?], CommandLine>({
  loader: async () => {
    const [{ explainLog }, { explanationJson, renderExplanation }] = await Promise.all([
      import('../../operations/explain.ts'),
      import('../../present/explain.ts'),
    ]);
    return async function explainFailure(flags, log) {
      const cwd = resolve(this.world.cwd, flags.directory ?? '.');
      const explanation = await explainLog(
        { ...this.world, emit: () => {}, cwd },
        { log, input: standardInput(log, this), here: flags.here },
      );
      this.process.stdout.write(
        flags.format === 'json'
          ? explanationJson(explanation)
          : renderExplanation(explanation, { color: this.color.stdout, named: log !== undefined }),
      );
      if (explanation.findings.length === 0) this.process.exitCode = 1;
    };
  },
  parameters: {
    flags: {
      directory: directoryFlag,
      here: switchFlag(
        'The log is of this machine: ask it what would decide between causes of the same words',
      ),
      format: formatFlag,
    },
    aliases: { C: 'directory' },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          optional: true,
          placeholder: 'log',
          brief: 'A file, or `-`; without one, what is piped, else the log of the last step that failed here',
        },
      ],
    },
  },
  docs: {
    brief: 'Find the known cause in the log of a build that failed, and its cure',
    customUsage: [
      { input: '', brief: 'the last build of this project that failed' },
      { input: 'build.log', brief: 'a log of any builder: BuildKit, GitHub Actions, make …' },
    ],
  },
});
