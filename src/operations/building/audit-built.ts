import { lstatSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { cpuOf } from '../../abi/cpu.ts';
import { promiseWord } from '../../abi/promise.ts';
import { sha256OfLargeFile } from '../../base/sha256-of-file.ts';
import { floorsOfArtifact, type Floor } from '../../audit/artifact-floors.ts';
import { auditElfFile } from '../../audit/audit-file.ts';
import { checkPromises, promiseProblem, type PromiseAnswer } from '../../audit/promise-check.ts';
import type { ArtifactAudit, ElfAudit, Problem, Verdict } from '../../audit/report.ts';
import { isRead, verdictsOf, type ReadElf } from '../../audit/verdict.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import type { OutputKind, Target } from '../../config/project.ts';
import type { StagedArtifact } from './collect-artifacts.ts';

/** A staged file with what was measured of it. Without `elf` it is none: a script, a wheel, an archive. */
export interface BuiltArtifact extends StagedArtifact {
  readonly size: number;
  readonly sha256: string;
  readonly elf: ElfAudit | undefined;
  /** Of what holds native files without being one. */
  readonly inside: { readonly audit: ArtifactAudit; readonly floors: readonly Floor[] } | undefined;
  /** Each native file that it is or holds. */
  readonly machines: readonly { readonly path: string; readonly machine: string }[];
  readonly runsOn: readonly Verdict[];
  /** Those that are kept; of an archive or a package, by every native file in it. */
  readonly promises: readonly Pick<PromiseAnswer, 'word'>[];
  readonly brokenPromises: readonly Diagnostic[];
}

type Audited = Omit<BuiltArtifact, keyof StagedArtifact | 'size' | 'sha256'>;
type TargetPromise = Target['promises'][number];

export async function auditBuilt(artifacts: readonly StagedArtifact[]): Promise<BuiltArtifact[]> {
  const built: BuiltArtifact[] = [];
  for (const artifact of artifacts) {
    const { size } = lstatSync(artifact.from);
    built.push({
      ...artifact,
      size,
      sha256: await sha256OfLargeFile(artifact.from),
      ...(await auditOne(artifact)),
    });
  }
  return built;
}

async function auditOne(artifact: StagedArtifact): Promise<Audited> {
  const { from, as, rule } = artifact;
  const reading = auditElfFile(from, as);
  if (isRead(reading)) {
    const elf = reading.audit;
    const machines = [{ path: as, machine: elf.machine }];
    const runsOn = verdictsOf(reading);
    return { ...nothingInside, elf, machines, runsOn, ...judgeElf(reading, artifact) };
  }
  if (rule.kind === 'file') return { ...nothingInside, elf: undefined };
  const { auditArtifact } = await import('../../audit/audit-artifact.ts');
  const audit = await auditArtifact(from, as, []);
  const machines = audit.elfs.map(({ path, machine }) => ({ path: insideOf(as, path), machine }));
  return {
    elf: undefined,
    inside: machines.length === 0 ? undefined : { audit, floors: floorsOfArtifact(audit) },
    machines,
    runsOn: audit.runsOn,
    ...(await promisesInside(artifact)),
  };
}

/** What became of the promises of a native file. */
export function judgeElf(
  reading: ReadElf,
  { as, target }: Pick<StagedArtifact, 'as' | 'target'>,
): Pick<Audited, 'promises' | 'brokenPromises'> {
  const answers = checkPromises(
    reading,
    target.promises.map(({ promise }) => promise),
  );
  const brokenPromises = answers.flatMap(
    (answer, index) => diagnose(target.promises[index]!, as, promiseProblem(answer, as)) ?? [],
  );
  return { promises: answers.filter(({ result }) => result === 'kept'), brokenPromises };
}

const nothingInside: Omit<Audited, 'elf'> = {
  inside: undefined,
  machines: [],
  runsOn: [],
  promises: [],
  brokenPromises: [],
};

/** An archive or a package keeps a promise where all native files in it do. A script has nothing that could break one. */
async function promisesInside({
  from,
  as,
  rule,
  target,
}: StagedArtifact): Promise<Pick<Audited, 'promises' | 'brokenPromises'>> {
  const promises: { word: string }[] = [];
  const brokenPromises: Diagnostic[] = [];
  const { auditArtifact } = await import('../../audit/audit-artifact.ts');
  for (const made of target.promises) {
    // One at a time, so that it is known which of them a problem is about.
    const { elfs, problems } = await auditArtifact(from, as, [made.promise]);
    const word = promiseWord(made.promise);
    const against = problems.filter(({ code }) => code.startsWith('promise-'));
    const unread = problems.find(({ code }) => code.startsWith('archive-') || code === 'elf-malformed');
    if (unread !== undefined) against.push(untold(word, unread.message));
    const missing = elfs.length === 0 ? await whatItIsNot(rule.kind, from) : undefined;
    if (missing !== undefined) against.push(untold(word, `it is ${missing}, and its kind is ${rule.kind}`));
    brokenPromises.push(
      ...against.flatMap((problem) => diagnose(made, insideOf(as, problem.path), problem) ?? []),
    );
    if (against.length === 0 && elfs.length > 0) promises.push({ word });
  }
  return { promises, brokenPromises };
}

/** Of a file that is no ELF file and holds none. `go build -o` of a package without a program writes an archive, and says nothing. */
async function whatItIsNot(kind: OutputKind, path: string): Promise<string | undefined> {
  if (kind === 'library' || kind === 'node-addon') return 'no native file';
  if (kind !== 'executable') return undefined;
  return (await startOf(path)) === '#!' ? undefined : 'neither a native file nor a script';
}

async function startOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function untold(word: string, reason: string): Problem {
  return {
    code: 'promise-unproven',
    severity: 'error',
    message: `the promise ${word} can't be told: ${reason}`,
    hint: 'correct `kind:` of the artifact, or have the steps write what it says',
    path: null,
  };
}

function insideOf(as: string, path: string | null): string {
  return path === null || path === as ? as : `${as}/${path}`;
}

function diagnose({ at }: TargetPromise, name: string, problem: Problem | undefined): Diagnostic | undefined {
  return problem && { ...problem, message: `${name}: ${problem.message}`, at };
}

/** A cross build that took the wrong compiler looks well until someone runs it. Files of the kind `file` may be for any CPU. */
export function refuseOtherCpus(artifacts: readonly BuiltArtifact[]): void {
  const diagnostics = artifacts.flatMap(({ machines, rule, target }): Diagnostic[] => {
    const wrong = machines.filter(({ machine }) => machine !== cpuOf(target.arch).machine);
    if (rule.kind === 'file') return [];
    return wrong.map(({ path, machine }) => ({
      code: 'artifact-cpu',
      severity: 'error',
      message: `${path} is ${machine}, and its target is ${target.arch}`,
      hint: otherCpuHint(target),
      at: target.at,
    }));
  });
  if (diagnostics.length === 0) return;
  throw new Failure('artifact-cpu', 'nothing was written to dist/, because an artifact is for another CPU', {
    hint: 'what is meant to be for another CPU, such as firmware, has `kind: file`',
    diagnostics,
  });
}

function otherCpuHint({ arch, builder }: Target): string {
  if (arch === builder) return `have the steps compile for ${arch}, or correct \`arch:\` of the target`;
  const compiler = `${cpuOf(arch).gnu}-gcc`;
  return `give the target \`env: { CC: ${compiler} }\` with the package gcc-${compiler.slice(0, -'-gcc'.length)}, and see that the steps use $CC`;
}

/** A promise is a gate: one that isn't kept, or can't be told, stops the build before `dist/` changes. */
export function refuseBrokenPromises(artifacts: readonly BuiltArtifact[]): void {
  const diagnostics = artifacts.flatMap(({ brokenPromises }) => brokenPromises);
  if (diagnostics.length === 0) return;
  throw new Failure('promise-broken', 'nothing was written to dist/, because a promise is not kept', {
    diagnostics,
  });
}
