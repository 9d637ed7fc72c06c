import { resolve } from 'node:path';
import { JsonDisplay } from '../present/json-lines.ts';
import { PlainDisplay } from '../present/plain.ts';
import { QuietDisplay } from '../present/quiet.ts';
import { TtyDisplay } from '../present/tty.ts';
import type { Display } from '../present/display.ts';
import type { Context } from '../report/context.ts';
import type { ProgressForm } from './flags.ts';
import type { CommandLine } from './command-line.ts';

interface Asked {
  readonly directory?: string | undefined;
  readonly progress?: ProgressForm | undefined;
}

/** Does the work of a command in the folder that was asked for, and shows on stderr what happens: stdout holds results alone. */
export async function withContext<Result>(
  commandLine: CommandLine,
  { directory = '.', progress = 'auto' }: Asked,
  work: (context: Context) => Result | Promise<Result>,
): Promise<Result> {
  const { world } = commandLine;
  const cwd = resolve(world.cwd, directory);
  const display = displayFor(commandLine, progress);
  try {
    return await work({ ...world, cwd, emit: (event) => display.handle(event) });
  } finally {
    display.close();
  }
}

function displayFor({ process, color: colors, world, version }: CommandLine, form: ProgressForm): Display {
  const { stderr } = process;
  const color = colors.stderr;
  const write = (text: string) => {
    stderr.write(text);
  };
  const chosen = form === 'auto' ? (stderr.isTTY && world.env['CI'] === undefined ? 'tty' : 'plain') : form;
  if (chosen === 'quiet') return new QuietDisplay(write, { color });
  if (chosen === 'json') return new JsonDisplay(write, { version });
  if (chosen === 'plain') return new PlainDisplay(write, { color });
  const size = () => ({ columns: stderr.columns ?? 80, rows: stderr.rows ?? 24 });
  return new TtyDisplay({ write, color, size, now: () => performance.now() });
}
