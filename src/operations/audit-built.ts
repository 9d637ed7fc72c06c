import { lstatSync, readFileSync } from 'node:fs';
import { cpuOf } from '../abi/cpu.ts';
import { sha256 } from '../base/sha256.ts';
import { auditElfFile } from '../audit/audit-file.ts';
import { checkPromises, promiseProblem, type PromiseAnswer } from '../audit/promise-check.ts';
import type { ElfAudit, Verdict } from '../audit/report.ts';
import { isRead, verdictsOf } from '../audit/verdict.ts';
import type { Diagnostic } from '../report/diagnostic.ts';
import { Failure } from '../report/failure.ts';
import type { Target } from '../config/project.ts';
import type { StagedArtifact } from './collect-artifacts.ts';

/** A staged file with what was measured of it. Without `elf` it is none: a script, an archive. */
export interface BuiltArtifact extends StagedArtifact {
  readonly size: number;
  readonly sha256: string;
  readonly elf: ElfAudit | undefined;
  readonly runsOn: readonly Verdict[];
  readonly promises: readonly PromiseAnswer[];
}

export function auditBuilt(artifacts: readonly StagedArtifact[]): BuiltArtifact[] {
  return artifacts.map((artifact) => {
    const measured = { size: lstatSync(artifact.from).size, sha256: sha256(readFileSync(artifact.from)) };
    const reading = auditElfFile(artifact.from, artifact.as);
    if (!isRead(reading)) return { ...artifact, ...measured, elf: undefined, runsOn: [], promises: [] };
    const words = artifact.target.promises.map(({ promise }) => promise);
    return {
      ...artifact,
      ...measured,
      elf: reading.audit,
      runsOn: verdictsOf(reading),
      promises: checkPromises(reading, words),
    };
  });
}

/** A cross build that took the wrong compiler looks well until someone runs it. Files of the kind `file` may be for any CPU. */
export function refuseOtherCpus(artifacts: readonly BuiltArtifact[]): void {
  const diagnostics = artifacts.flatMap(({ as, elf, rule, target }): Diagnostic[] => {
    if (elf === undefined || rule.kind === 'file' || elf.machine === cpuOf(target.arch).machine) return [];
    const message = `${as} is ${elf.machine}, and its target is ${target.arch}`;
    return [{ code: 'artifact-cpu', severity: 'error', message, hint: otherCpuHint(target), at: target.at }];
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
  const diagnostics = artifacts.flatMap(({ as, promises, target }) =>
    promises.flatMap((answer, index): Diagnostic[] => {
      const problem = promiseProblem(answer, as);
      if (problem === undefined) return [];
      return [{ ...problem, message: `${as}: ${problem.message}`, at: target.promises[index]!.at }];
    }),
  );
  if (diagnostics.length === 0) return;
  throw new Failure('promise-broken', 'nothing was written to dist/, because a promise is not kept', {
    diagnostics,
  });
}
