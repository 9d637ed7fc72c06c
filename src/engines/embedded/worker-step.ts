import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, realpathSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants as system } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { removeTree } from '../../store/store.ts';
import { frameKind, type FrameKind, type SilentStep, type StepAnswer, type StepRequest } from './protocol.ts';
import { Refused } from './refused.ts';
import { redactText, textsToHide } from '../redact.ts';
import { noOwnProc } from './sandbox.ts';
import { Silence } from './silence.ts';
import { endStep, runningIn } from './step-processes.ts';
import { chainStarter, programStarter, type Starter, type StepStart } from './step-start.ts';
import { makeOverlayFolders, readyMounts, removePlaces, type ReadyMounts } from './worker-mounts.ts';
import type { WorkerSettings } from './worker-settings.ts';

type Send = (kind: FrameKind, id: number, data: Uint8Array) => Promise<void> | undefined;

/** Nothing of the host's: a step's own variables are set by the init script. */
const hostEnv = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** As long as a timer can be set for: 24 days. */
const longest = 2 ** 31 - 1;

export class Steps {
  readonly #settings: WorkerSettings;
  readonly #send: Send;
  readonly #starter: Starter;
  readonly #chain: Starter;
  readonly #free: number[];

  constructor(settings: WorkerSettings, send: Send) {
    this.#settings = settings;
    this.#send = send;
    const { starter, tools, ids } = settings;
    this.#chain = chainStarter(tools, ids);
    this.#starter = starter === undefined ? this.#chain : programStarter(starter, ids);
    this.#free = Array.from({ length: settings.slots }, (_, slot) => slot);
  }

  async run(id: number, request: StepRequest): Promise<StepAnswer> {
    const { folder } = request;
    makeOverlayFolders(folder);
    const slot = this.#free.pop();
    if (slot === undefined) throw new Error('more steps than were announced');
    try {
      const mounts = await readyMounts(request, slot, this.#settings, (holder) => {
        void this.#send(frameKind.waiting, id, Buffer.from(holder));
      });
      // A step that never came to run has written nothing.
      let good = true;
      try {
        const { code, timedOut, made } = await this.#runIn(slot, id, request, mounts);
        good = code === 0 || !request.keep;
        // What is left can hold files of other ids, which only this process may remove.
        if (request.keep) removePlaces(join(folder, 'result/fs'), made);
        if (code !== 0 || !request.keep) await removeStates(request);
        if (!request.keep) await removeTree(join(folder, 'result'));
        return { code, timedOut };
      } finally {
        await mounts.release(good);
      }
    } finally {
      this.#free.push(slot);
    }
  }

  async #runIn(slot: number, id: number, request: StepRequest, mounts: ReadyMounts) {
    const { home } = this.#settings;
    const etc = request.network ? hostEtc() : new Map<string, string>();
    // Only the chain can give a command a terminal.
    const starter = request.terminal === undefined ? this.#starter : this.#chain;
    const ownProc = !existsSync(join(home, noOwnProc));
    const start = starter({ request, home, etc, ownProc, mounts: mounts.placed });
    const silence = this.#silenceOf(id, request, () => child.pid!);
    const pipes =
      request.terminal === undefined ? this.#pipes(slot, id, silence) : terminalPipes(request.terminal);
    const inputs = (['ignore', 'ignore'] as ('ignore' | 'pipe')[]).with(
      (start.input?.descriptor ?? 4) - 4,
      'pipe',
    );
    const child = spawn(start.command, start.args, {
      argv0: start.name,
      cwd: request.folder,
      env: hostEnv,
      stdio: [pipes.stdin, pipes.stdout, pipes.stderr, 'pipe', ...(start.input === undefined ? [] : inputs)],
      detached: true,
    });
    pipes.handedOver();
    sendInput(child, start.input);
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      endStep(child.pid!);
    }, request.timeout ?? longest);
    const [code, told, ...output] = await Promise.all([
      endOf(child),
      text(child.stdio[3] as Socket),
      ...pipes.ended,
    ]);
    clearTimeout(limit);
    silence.end();
    if (!timedOut) requireStarted(told, output.join(''));
    const made = told.split('\n').flatMap((line) => (line.startsWith('+') ? [line.slice(1)] : []));
    return { code, timedOut, made };
  }

  #silenceOf(id: number, { silence, secrets, mounts }: StepRequest, pid: () => number): Silence {
    const values = [
      ...Object.values(secrets),
      ...mounts.flatMap((one) => (one.type === 'secret' ? one.value : [])),
    ];
    const hide = textsToHide(values.map((value) => Buffer.from(value, 'base64')));
    return new Silence(silence, (milliseconds) => {
      const running = runningIn(pid(), (line) => redactText(line, hide));
      const told: SilentStep = { milliseconds, running };
      void this.#send(frameKind.silent, id, Buffer.from(JSON.stringify(told)));
    });
  }

  /**
   * Named pipes, because a step can open `/dev/stdout` again when it is a pipe and not when it is one of the sockets
   * that Node makes. The end comes when every process of the step is gone.
   */
  #pipes(slot: number, id: number, silence: Silence) {
    const open = (name: 'out' | 'err', kind: FrameKind) => {
      const path = join(this.#settings.home, `${slot}.${name}`);
      const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const socket = new Socket({ fd, readable: true, writable: false });
      return { fd: openSync(path, constants.O_WRONLY), ended: this.#forward(socket, kind, id, silence) };
    };
    const [out, err] = [open('out', frameKind.stdout), open('err', frameKind.stderr)];
    return {
      stdin: 'ignore' as const,
      stdout: out.fd,
      stderr: err.fd,
      ended: [out.ended, err.ended],
      handedOver: () => {
        closeSync(out.fd);
        closeSync(err.fd);
      },
    };
  }

  /** Resolves with the first of it, which tells why where the step didn't come to run. */
  async #forward(socket: Socket, kind: FrameKind, id: number, silence: Silence): Promise<string> {
    let head = '';
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      silence.heard();
      if (head.length < 1000) head += chunk.toString('utf8', 0, 1000);
      await this.#send(kind, id, chunk);
    }
    return head;
  }
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Refused('unshare', error.message)));
    child.on('exit', (code, signal) => resolve(code ?? 128 + system.signals[signal!]));
  });
}

/** What the step changed of other states than its root. */
async function removeStates({ folder, mounts }: StepRequest): Promise<void> {
  for (const mount of mounts) {
    if (mount.type === 'state') await removeTree(join(folder, mount.name, 'result'));
  }
}

/** It must not become the terminal of this process's session. */
function terminalPipes(path: string) {
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const ended: Promise<string>[] = [];
  return { stdin: fd, stdout: fd, stderr: fd, ended, handedOver: () => closeSync(fd) };
}

function sendInput(child: ChildProcess, input: StepStart['input']): void {
  if (input === undefined) return;
  const pipe = (child.stdio as readonly unknown[])[input.descriptor] as Socket;
  // It is closed early where the step doesn't come to run.
  pipe.on('error', () => {});
  pipe.end(input.bytes);
}

/** Each stage is named before it is tried: the last one named, when it isn't `run`, is the one that failed. */
function requireStarted(told: string, output: string): void {
  const lines = told.split('\n').filter((line) => line !== '' && !line.startsWith('+'));
  const stages = lines.filter((line) => line.startsWith('@')).map((line) => line.slice(1));
  const stage = stages.at(-1) ?? 'unshare';
  if (stage === 'run') return;
  const said = lines.filter((line) => !line.startsWith('@'));
  throw new Refused(stage, said.join('\n').trim() || output.trim() || 'it ended without a word');
}

/** Names and addresses of the network, for steps that may use it. */
function hostEtc(): Map<string, string> {
  const found = ['resolv.conf', 'hosts'].filter((name) => existsSync(`/etc/${name}`));
  return new Map(found.map((name) => [name, realpathSync(`/etc/${name}`)]));
}
