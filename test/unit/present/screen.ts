import xterm from '@xterm/headless';

/** A terminal without a window: what a display writes, as it is seen. */
export class TestTerminal {
  readonly #terminal: xterm.Terminal;

  constructor(columns: number, rows: number) {
    // convertEol: the kernel's terminals put the carriage return before each line feed.
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: 1000,
      allowProposedApi: true,
      convertEol: true,
    });
  }

  readonly write = (text: string): void => this.#terminal.write(text);

  readonly size = () => ({ columns: this.#terminal.cols, rows: this.#terminal.rows });

  async resize(columns: number, rows: number): Promise<void> {
    await this.#settled();
    this.#terminal.resize(columns, rows);
  }

  /** Every row since the start, also those that were scrolled off the screen; without blank ones at the end. */
  async everything(): Promise<string[]> {
    await this.#settled();
    const buffer = this.#terminal.buffer.active;
    const rows = Array.from({ length: buffer.length }, (_, row) =>
      buffer.getLine(row)!.translateToString(true),
    );
    while (rows.at(-1) === '') rows.pop();
    return rows;
  }

  async cursor(): Promise<{ row: number; column: number }> {
    await this.#settled();
    const buffer = this.#terminal.buffer.active;
    return { row: buffer.baseY + buffer.cursorY, column: buffer.cursorX };
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve));
  }
}
