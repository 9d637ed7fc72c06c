/**
 * "Exec format error" says that a file is for another CPU, and never for which: the file itself does, where it can still be
 * read. What it says is told as an answer of the machine, beside those of the doctor's checks.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { archHere, cpuOf, parseArch, type Arch } from '../../abi/cpu.ts';
import type { Engine, SolveRequest } from '../../engines/engine.ts';
import type { Explanation, MachineAnswer } from '../../explain/explain.ts';
import { sourceOfBytes } from '../../formats/elf/byte-source.ts';
import { looksLikeElf, readElfHeader } from '../../formats/elf/elf-header.ts';
import { FormatError } from '../../formats/format-error.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import { Failure } from '../../report/failure.ts';
import { sureBy } from './ask-machine.ts';

/** The first bytes of a file; undefined where there is none. */
type ReadStart = (path: string) => Promise<Uint8Array | undefined>;

/** Where a program was to run. */
export interface Runner {
  readonly arch: Arch;
  /** As a sentence calls it. */
  readonly name: string;
  readonly read: ReadStart;
}

const asked = 'wrong-arch-binary';
/** In the place of the doctor's check. */
export const fileCheck = 'file';
/** All of a file's header. */
const enough = 64;

/** Undefined where nothing is found out. */
export async function askFile(
  { findings: [root] }: Explanation,
  { arch, name, read }: Runner,
): Promise<MachineAnswer | undefined> {
  const path =
    root?.class === asked && root.evidence.find(({ groups }) => groups['program'])?.groups['program'];
  const start = path ? await read(path) : undefined;
  const machine = start && machineOf(start);
  if (machine === undefined) return undefined;
  const agrees = machine !== cpuOf(arch).machine;
  const found = `${path} is for ${parseArch(machine) ?? machine}, ${agrees ? 'and' : 'as'} ${name} is ${arch}`;
  return { class: asked, check: fileCheck, agrees, found };
}

export function withFileAsked(explanation: Explanation, answer: MachineAnswer | undefined): Explanation {
  const [root, ...others] = explanation.findings;
  if (answer === undefined || root?.class !== answer.class) return explanation;
  return { ...explanation, findings: [sureBy(root, [...root.asked, answer]), ...others] };
}

function machineOf(start: Uint8Array): string | undefined {
  if (!looksLikeElf(start)) return undefined;
  try {
    return readElfHeader(sourceOfBytes(start), []).machine;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** As who wrote the log here would see it. */
export function fileHere(cwd: string): Runner {
  const read: ReadStart = async (path) => {
    const file = resolve(cwd, path);
    try {
      // Who opens a pipe waits for its other end.
      if (!(await stat(file)).isFile()) return undefined;
      return await buffer(createReadStream(file, { end: enough - 1 }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      return undefined;
    }
  };
  return { arch: archHere(), name: 'this machine', read };
}

interface Left {
  readonly engine: Engine;
  readonly plan: Pick<BuildPlan, 'graph'>;
  readonly work: SolveRequest;
}

/** In what the step of this digest left behind when it failed: by the root's own `head`, from the folder of the step. */
export function fileOfStep(digest: string, arch: Arch, { engine, plan: { graph }, work }: Left): Runner {
  const steps = graph.vertices.filter((vertex) => vertex.digest === digest);
  const read: ReadStart = async (path) => {
    // A daemon keeps nothing of a step that failed.
    if (engine.name !== 'embedded') return undefined;
    const pieces: Uint8Array[] = [];
    const printed = (stream: string, data: Uint8Array) => void (stream === 'stdout' && pieces.push(data));
    const visit = {
      steps,
      state: 'failed',
      args: ['/bin/sh', '-c', `head -c ${enough} "$0"`, path],
      terminal: undefined,
      printed,
      ended: () => {},
    } as const;
    try {
      for await (const _ of engine.solve(graph, { ...work, exports: [], visit })) continue;
      return Buffer.concat(pieces);
    } catch (error) {
      if (error instanceof Failure && error.code !== 'canceled') return undefined;
      throw error;
    }
  };
  return { arch, name: 'the root', read };
}
