import type { Arch } from '../abi/cpu.ts';
import type { ElfAudit, Verdict } from '../audit/report.ts';
import type { OutputKind, Target } from '../config/project.ts';

/** A finished file, and what the audit computed of it. */
export interface Provable {
  /** As the report calls it: its name under `dist/`, or as the user gave it. */
  readonly name: string;
  /** The file. */
  readonly from: string;
  readonly kind: OutputKind | 'package';
  readonly sha256: string;
  /** Of its native files. */
  readonly arch: Arch;
  /** It runs nowhere but where the audit says; a script has no verdicts. */
  readonly runsOn: readonly Verdict[];
  readonly elfs: readonly ElfAudit[];
  /** Undefined for a file that no target made. */
  readonly target: Target | undefined;
}
