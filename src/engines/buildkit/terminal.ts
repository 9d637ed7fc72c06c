import { spawnSync } from 'node:child_process';
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
  // That leaves the terminal to begin lines anew, which the one in the container has done already. What was is put back with it.
  spawnSync('stty', ['-F', path, '-opost'], { stdio: 'ignore' });
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
