/** What lies between a client and a daemon: it can be cut, fall silent, and be slow. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import type { Daemon } from './daemons.ts';

export class Line {
  readonly address: string;
  /** Told what the client sends, piece by piece, before the daemon gets the next one. */
  onSent: (bytes: number) => void = () => {};
  /** Milliseconds after each piece that the client sends. */
  pause = 0;
  readonly #server: Server;
  readonly #socket: string;
  /** The daemon's end by the client's. */
  readonly #ends = new Map<Socket, Socket>();

  private constructor(daemon: Daemon, name: string) {
    this.#socket = join(daemon.folder, name);
    this.address = daemon.address.replace(daemon.socket, this.#socket);
    this.#server = createServer((near) => {
      const far = connect(daemon.socket);
      this.#ends.set(
        near.on('error', () => {}),
        far.on('error', () => {}),
      );
      near.on('data', (data) => {
        this.onSent(data.length);
        if (this.pause > 0) this.#rest(near, far);
      });
      near.pipe(far).pipe(near);
      // One that breaks off doesn't come to an end.
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
    });
  }

  static async to(daemon: Daemon, name: string): Promise<Line> {
    const line = new Line(daemon, name);
    line.#server.listen(line.#socket);
    await once(line.#server, 'listening');
    return line;
  }

  cut(): void {
    for (const one of this.#all) one.destroy();
  }

  /** Neither side hears the other any more, and no connection is closed. */
  fallSilent(): void {
    for (const one of this.#all) one.unpipe().pause();
  }

  close(): void {
    this.cut();
    this.#server.close();
    rmSync(this.#socket, { force: true });
  }

  #rest(near: Socket, far: Socket): void {
    near.unpipe(far).pause();
    setTimeout(() => near.pipe(far), this.pause);
  }

  get #all(): readonly Socket[] {
    return [...this.#ends].flat();
  }
}
