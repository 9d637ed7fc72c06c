/**
 * The worker: a small process in user, mount, pid and uts namespaces of its own, where it is "root" over the ids it was
 * given. All mounts are made in it or below it, and it is process 1 of its pid namespace, so when it ends, for whatever
 * reason, the kernel ends every step and undoes every mount. It loads little, because Node's spawn copies the page
 * tables of the process that calls it.
 */
import { closeSync, readdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { textIfAnySync } from '../../base/if-any.ts';
import { removeTree } from '../../store/store.ts';
import { frameHeader, frameKind, type WorkerAnswer, type FrameKind, type Request } from './protocol.ts';
import type { WorkerSettings } from './worker-settings.ts';
import { Steps } from './worker-step.ts';
import { archiveLayers } from './worker-archive.ts';
import { makeDiff } from './worker-diff.ts';
import { exportFiles } from './worker-export.ts';
import { changeFiles } from './worker-files.ts';
import { packCache, unpackCache } from './worker-pack.ts';
import { Refused } from './refused.ts';
import { EmulatorRegister } from './register-emulator.ts';

closeInherited();
const settings = JSON.parse(process.argv[2]!) as WorkerSettings;
const engine = new Socket({ fd: 1, readable: false, writable: true });
const steps = new Steps(settings, send);
const emulators = new EmulatorRegister(settings.home, settings.tools);

// Whoever started this is gone when its end of a pipe is.
engine.on('error', () => process.exit(1));
const lines = createInterface({ input: process.stdin });
lines.on('close', () => process.exit(0));
lines.on('line', (line) => {
  const { id, request } = JSON.parse(line) as { id: number; request: Request };
  void answer(id, request);
});

async function answer(id: number, request: Request): Promise<void> {
  let answer: WorkerAnswer<unknown>;
  try {
    // JSON knows no undefined.
    answer = { value: (await perform(id, request)) ?? null };
  } catch (error) {
    const stage = error instanceof Refused ? error.stage : request.do;
    answer = { refusal: { stage, message: (error as Error).message } };
  }
  await send(frameKind.answer, id, Buffer.from(JSON.stringify(answer)));
}

async function perform(id: number, request: Request): Promise<unknown> {
  switch (request.do) {
    case 'step':
      return steps.run(id, request);
    case 'files':
      return changeFiles(request, settings);
    case 'diff':
      return makeDiff(request, settings);
    case 'pack':
      return packCache(request);
    case 'archive':
      return archiveLayers(request, settings.tools);
    case 'unpack':
      return unpackCache(request, settings.ids);
    case 'export':
      return exportFiles(request, settings.tools);
    case 'remove':
      return Promise.all(request.folders.map(removeTree));
    case 'emulate':
      return emulators.add(request);
    default:
      return request satisfies never;
  }
}

/** Sends one frame; a promise where the engine reads more slowly than the steps write. */
function send(kind: FrameKind, id: number, data: Uint8Array): Promise<void> | undefined {
  engine.write(frameHeader(kind, id, data.length));
  if (engine.write(data)) return undefined;
  return new Promise((resolve) => engine.once('drain', resolve));
}

/** A descriptor that the user's shell had open would lead a step out of its root. Node's own close on exec. */
function closeInherited(): void {
  const closeOnExec = 0o2000000;
  for (const name of readdirSync('/proc/self/fd')) {
    const fd = Number(name);
    if (fd <= 2) continue;
    // The one that read the folder is closed already, and has none.
    const flags = /^flags:\s+(\d+)$/m.exec(textIfAnySync(`/proc/self/fdinfo/${name}`))?.[1];
    if (flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0) closeSync(fd);
  }
}
