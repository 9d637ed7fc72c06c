/** What became of a run, held against what the audit computed. */
import { distroReleases } from '../abi/distros.ts';
import type { Runs } from '../audit/report.ts';
import { isTakenForGranted } from './needs.ts';
import type { ProofCase } from './proof-case.ts';

/** What a run left behind. */
export interface RunResult {
  readonly code: number;
  readonly output: string;
  /** The root's /etc/os-release; empty where it has none. */
  readonly system: string;
}

/**
 * `unfit` says nothing of the artifact: the environment's Python or Node is not one that it is for, or a library is missing
 * that is taken for granted. Roots that are made for a proof have those.
 */
export type Measured = 'runs' | 'fails' | 'unfit';

export interface Proven {
  readonly one: ProofCase;
  readonly run: RunResult;
  /** The row of the distro table that the root is: `debian-12`. Undefined where it is none. */
  readonly release: string | undefined;
  readonly predicted: Runs;
  readonly measured: Measured;
  /** Whether it happened as computed; what couldn't be computed can't differ. */
  readonly agrees: boolean;
  /** Why it doesn't run, in the words of the audit, else of the system. */
  readonly because: string | undefined;
  /** For who proves: what would make it run there. */
  readonly hint?: string | undefined;
}

export function judgeRun(one: ProofCase, run: RunResult): Proven {
  const release = releaseOf(run.system);
  const verdict = one.artifact.runsOn.find(({ distro }) => distro === release);
  const predicted = verdict?.runs ?? 'unknown';
  const measured = measure(one, run);
  const agrees =
    predicted === 'unknown' || measured === 'unfit' || (predicted === 'yes') === (measured === 'runs');
  const because =
    measured === 'runs' ? undefined : (agreedReason(verdict?.because, agrees) ?? complaint(run.output));
  return { one, run, release, predicted, measured, agrees, because };
}

function agreedReason(because: readonly string[] | undefined, agrees: boolean): string | undefined {
  return agrees ? because?.[0] : undefined;
}

/** What pip and Node say of a file that is for another Python or Node than they are, and the shell where there is none. */
const otherHost =
  /No module named pip|\b(?:python3|node): (?:command )?not found|is not a supported wheel|requires a different Python|undefined symbol: (napi_|node_api_)|relocating .*: (napi_|node_api_)\w+: symbol not found|NODE_MODULE_VERSION/;

function measure({ command }: ProofCase, { code, output }: RunResult): Measured {
  if (code === 0) return 'runs';
  if (otherHost.test(output) || isTakenForGranted(missingLibrary(output))) return 'unfit';
  if (command.strict) return 'fails';
  return code === 126 || code === 127 || code >= 128 ? 'fails' : 'runs';
}

function missingLibrary(output: string): string {
  const words = /(?:loading shared librar(?:y|ies):?|preloaded \() ?(\S+?\.so[.\d]*):/.exec(output);
  return words?.[1] ?? '';
}

/** The library that a loader, of a program or an addon, did not find. */
export function lackedLibrary({ output }: RunResult): string | undefined {
  return /(?:^|[\s:'])([\w.+-]+\.so[.\d]*): cannot open shared object|Error loading shared library (\S+?):/m
    .exec(output)
    ?.slice(1)
    .find((name) => name !== undefined);
}

/** Of the lines that a loader or a program ended with, the one that says most. */
function complaint(output: string): string | undefined {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling = lines.find((line) =>
    /not found|[Ee]rror (loading|relocating)|while loading shared libraries|cannot open|[Ee]xec format|Error:/.test(
      line,
    ),
  );
  return telling ?? lines.at(-1);
}

/** By the root's own word: an environment may be an image or files of the user. */
function releaseOf(system: string): string | undefined {
  const value = (key: string) => new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(system)?.[1] ?? '';
  const id = value('ID');
  const version = value('VERSION_ID');
  const known = new Set(distroReleases().map((one) => one.id));
  // Alpine and others count patches that the table doesn't.
  const shorter = version.split('.').map((_, index, parts) => parts.slice(0, parts.length - index).join('.'));
  const moving = value('VERSION_CODENAME') || 'rolling';
  return [...shorter.map((one) => `${id}-${one}`), `${id}-${moving}`, id].find((one) => known.has(one));
}
