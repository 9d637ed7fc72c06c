import { openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import type { CommandTerminal } from './container.ts';

export interface Terminal extends CommandTerminal {
  show(data: Uint8Array): Promise<void>;
  close(): void;
}

/** A person's terminal, of which every key goes to the daemon, Ctrl-C too. */
export function openTerminal(path: string): Terminal {
  const keys = new ReadStream(openSync(path, 'r'));
  const screen = new WriteStream(openSync(path, 'w'));
  keys.setRawMode(true);
  let told: (() => void) | undefined;
  return {
    typed: keys as AsyncIterable<Uint8Array>,
    onSize: (tell) => {
      told = () => {
        const [columns, rows] = screen.getWindowSize();
        tell(rows, columns);
      };
      told();
      process.on('SIGWINCH', told);
    },
    show: (data) => new Promise((resolve) => screen.write(data, () => resolve())),
    close: () => {
      if (told !== undefined) process.off('SIGWINCH', told);
      keys.setRawMode(false);
      keys.destroy();
      screen.destroy();
    },
  };
}
