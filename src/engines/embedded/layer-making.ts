/**
 * Where the layers of a graph come from: from the store, or made when a state needs them. Every vertex is made once, after
 * the states that it starts from.
 */
import { join } from 'node:path';
import type { DiffOp, ExecOp, FileOp, Output, SourceOp, Vertex } from '../../graph/graph.ts';
import type { FolderInput } from '../engine.ts';
import { canLayDown, copyFolder } from './copy-layer.ts';
import { earlierFiles, noteLaid } from './earlier-layer.ts';
import type { Emulators } from './emulators.ts';
import { filesFailure, plainCopy, requestedChanges } from './file-changes.ts';
import { inputFor } from './keys.ts';
import type { StepWork, VisitedStep } from './run-step.ts';
import type { Layer, Stacks } from './stacks.ts';
import type { WorkerProcess } from './worker-process.ts';

interface MakingParts extends Omit<StepWork, 'worker' | 'vertex' | 'op' | 'inputs' | 'emulator'> {
  readonly emulators: Emulators;
  readonly stacks: Stacks;
  readonly signal: AbortSignal;
  readonly worker: () => Promise<WorkerProcess>;
  /** Waits for a free core; resolves with what gives it back. */
  readonly enter: () => Promise<() => void>;
  /** Tells of what begins and ends. */
  readonly timed: <Value>(vertex: Vertex, work: () => Promise<Value>) => Promise<Value>;
  /** Tells of what was found. */
  readonly found: (vertex: Vertex) => void;
}

export class LayerMaking {
  readonly #parts: MakingParts;
  /** By the index of the output. */
  readonly #made = new Map<Vertex, Promise<ReadonlyMap<number, string>>>();

  constructor(parts: MakingParts) {
    this.#parts = parts;
  }

  /** The folders of a state, the lowest first. */
  stackOf(output: Output): Promise<readonly string[]> {
    return Promise.all(this.#parts.stacks.of(output).map((layer) => this.folderOf(layer)));
  }

  async folderOf({ vertex, index }: Layer): Promise<string> {
    let made = this.#made.get(vertex);
    if (made === undefined) this.#made.set(vertex, (made = this.#make(vertex)));
    return (await made).get(index)!;
  }

  #make(vertex: Vertex): Promise<ReadonlyMap<number, string>> {
    return vertex.op.type === 'source' ? this.#openSource(vertex, vertex.op) : this.#makeLayers(vertex);
  }

  /** By the index of the output. */
  async #makeLayers(vertex: Vertex): Promise<ReadonlyMap<number, string>> {
    const known = this.known(vertex);
    if (known !== undefined) return known;
    const at = this.#parts.request.steps?.get(vertex.digest)?.at;
    const [inputs, emulator] = await Promise.all([
      Promise.all(vertex.inputs.map((input) => this.#inputOf(vertex, input))),
      vertex.op.type === 'exec' ? this.#parts.emulators.for(vertex, at) : undefined,
    ]);
    return this.#once(vertex, () => this.#work(vertex, inputs, emulator));
  }

  /** What another build makes already is waited for rather than made again, and no core is kept meanwhile. */
  async #once(
    vertex: Vertex,
    make: () => Promise<ReadonlyMap<number, string>>,
  ): Promise<ReadonlyMap<number, string>> {
    const { store, keys, channel, signal, enter, timed, found } = this.#parts;
    const name = `step-${keys.of(vertex)}`;
    for (;;) {
      const leave = await enter();
      const claim = store.claims.take(name);
      try {
        const known = this.known(vertex);
        if (known !== undefined) found(vertex);
        if (known !== undefined || claim !== undefined) return known ?? (await timed(vertex, make));
      } finally {
        claim?.release();
        leave();
      }
      const owner = store.claims.ownerOf(name);
      channel.send({ type: 'waiting', task: vertex.digest, for: 'step', process: owner });
      await store.claims.released(name, signal);
    }
  }

  /** What is laid down as it is needs no layer of its own. */
  #inputOf({ op, inputs }: Vertex, input: Output): Promise<readonly string[]> {
    const copy = op.type === 'file' ? plainCopy(op) : undefined;
    const plain = copy !== undefined && inputs[copy.secondaryInput] === input;
    return plain && this.#folderInput(input) !== undefined ? Promise.resolve([]) : this.stackOf(input);
  }

  known(vertex: Vertex): ReadonlyMap<number, string> | undefined {
    const found = this.#parts.stacks
      .madeBy(vertex)
      .map((layer) => [layer.index, this.#parts.results.layer(this.#parts.keys.ofLayer(layer))] as const);
    return found.every(([, path]) => path !== undefined)
      ? new Map(found.map(([index, path]) => [index, path!]))
      : undefined;
  }

  async #openSource(vertex: Vertex, op: SourceOp): Promise<ReadonlyMap<number, string>> {
    const input = inputFor(op, this.#parts.request.inputs);
    this.#parts.signal.throwIfAborted();
    if (input.kind === 'root') return new Map([[0, await input.open()]]);
    return this.known(vertex) ?? new Map([[0, await this.#layDown(vertex, input, [], '/')]]);
  }

  /** A command of the user's own where the step's would run. */
  async visit(vertex: Vertex, op: ExecOp, what: VisitedStep): Promise<number> {
    const at = this.#parts.request.steps?.get(vertex.digest)?.at;
    const [inputs, emulator, worker] = await Promise.all([
      Promise.all(vertex.inputs.map((input) => this.stackOf(input))),
      this.#parts.emulators.for(vertex, at),
      this.#parts.worker(),
    ]);
    const { visitStep } = await import('./run-step.ts');
    return visitStep({ ...this.#parts, worker, vertex, op, inputs, emulator }, what);
  }

  async #work(
    vertex: Vertex,
    inputs: readonly (readonly string[])[],
    emulator: string | undefined,
  ): Promise<ReadonlyMap<number, string>> {
    const { op } = vertex;
    if (op.type === 'exec') {
      const { runStep } = await import('./run-step.ts');
      return runStep({ ...this.#parts, worker: await this.#parts.worker(), vertex, op, inputs, emulator });
    }
    if (op.type === 'file') return new Map([[0, await this.#change(vertex, op, inputs)]]);
    if (op.type === 'diff') return new Map([[0, await this.#difference(vertex, op, inputs)]]);
    throw new Error(`${op.type} makes nothing`);
  }

  #folderInput({ vertex }: Output): FolderInput | undefined {
    const input = vertex.op.type === 'source' ? inputFor(vertex.op, this.#parts.request.inputs) : undefined;
    return input?.kind === 'folder' ? input : undefined;
  }

  async #change(vertex: Vertex, op: FileOp, inputs: readonly (readonly string[])[]): Promise<string> {
    // The worker starts meanwhile: a layer is made because a step will run on it.
    void this.#parts.worker().catch(() => {});
    const below = op.actions[0]!.input === -1 ? [] : inputs[op.actions[0]!.input]!;
    const copy = plainCopy(op);
    const files = copy && this.#folderInput(vertex.inputs[copy.secondaryInput]!);
    if (copy !== undefined && files !== undefined && canLayDown(below, copy.destination)) {
      return this.#layDown(vertex, files, below, copy.destination);
    }
    return this.#inWorker(vertex, async (worker, folder) => {
      const stacks = await Promise.all(vertex.inputs.map((input) => this.stackOf(input)));
      const changes = requestedChanges(op, stacks);
      const { problem } = await worker.changeFiles({ folder, layers: below, changes });
      if (problem !== undefined) throw filesFailure(vertex, problem);
    });
  }

  #difference(vertex: Vertex, op: DiffOp, inputs: readonly (readonly string[])[]): Promise<string> {
    const stack = (input: number) => (input === -1 ? [] : inputs[input]!);
    const [lower, upper] = [stack(op.lower), stack(op.upper)];
    return this.#inWorker(vertex, (worker, folder) => worker.diff({ folder, lower, upper }));
  }

  async #layDown(
    vertex: Vertex,
    input: FolderInput,
    below: readonly string[],
    destination: string,
  ): Promise<string> {
    const { store, results, keys, signal } = this.#parts;
    const result = await store.temporaryFolder();
    const laid = { store, results, vertex: vertex.digest, input, destination };
    const key = keys.of(vertex);
    try {
      const earlier = await earlierFiles(laid);
      await copyFolder(input, { layer: join(result, 'fs'), below, destination, earlier }, signal);
      const layer = await results.keep(result, key);
      await noteLaid(laid, key);
      return layer;
    } finally {
      this.#parts.discard(result);
    }
  }

  async #inWorker(
    vertex: Vertex,
    make: (worker: WorkerProcess, folder: string) => Promise<unknown>,
  ): Promise<string> {
    const worker = await this.#parts.worker();
    const folder = await this.#parts.store.temporaryFolder();
    try {
      await make(worker, folder);
      return await this.#parts.results.keep(join(folder, 'result'), this.#parts.keys.of(vertex));
    } finally {
      this.#parts.discard(folder);
    }
  }
}
