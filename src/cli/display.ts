import { JsonDisplay } from '../present/json-lines.ts';
import { PlainDisplay } from '../present/plain.ts';
import { QuietDisplay } from '../present/quiet.ts';
import { TtyDisplay } from '../present/tty.ts';
import type { Display } from '../present/display.ts';
import type { Emit } from '../report/event.ts';
import type { ProgressForm } from './flags.ts';
import type { CommandLine } from './command-line.ts';

/** Shows what happens on stderr while `work` does it, so that stdout holds results alone. */
export async function withDisplay<Result>(
  commandLine: CommandLine,
  form: ProgressForm,
  work: (emit: Emit) => Result | Promise<Result>,
): Promise<Result> {
  const display = displayFor(commandLine, form);
  try {
    return await work((event) => display.handle(event));
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
