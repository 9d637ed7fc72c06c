/** What a daemon of some version can't do, said before it does anything. */
import { capabilitiesOf } from '../../graph/definition.ts';
import type { Vertex } from '../../graph/graph.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import { isTooLong } from '../too-long.ts';
import type { DaemonAbilities } from './gateway.ts';

export interface DaemonName {
  /** For people: where it is. */
  readonly where: string;
  readonly version: string | undefined;
}

/** As the cause of a failure: what of a graph the daemon doesn't know, as BuildKit calls it. */
export class LackedCapability {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Those that are asked for by what people write; others are told by their own names. */
const words: Readonly<Record<string, string>> = {
  'exec.secretenv': 'give a step a secret as a variable',
  'exec.mount.secret': 'give a step a secret',
  'exec.mount.ssh': 'give a step an ssh agent',
  'exec.mount.tmpfs.size': 'limit the size of a folder in memory',
  mergeop: 'lay file systems over each other',
  diffop: 'tell the difference of two file systems',
  'file.copy.includeexcludepatterns': 'copy by patterns',
  'source.ocilayout': 'take an image from this client',
};

/** An older daemon would leave out what it doesn't know, and build something else. */
export function requireCapabilities(
  vertices: Iterable<Vertex>,
  known: ReadonlySet<string>,
  daemon: DaemonName,
): void {
  for (const { op, name, target } of vertices) {
    const lacking = capabilitiesOf(op).find((capability) => !known.has(capability));
    if (lacking === undefined) continue;
    const step = target === undefined ? name : `${name} of ${target}`;
    throw new Failure('buildkit-cannot', `${nameDaemon(daemon)} can't ${words[lacking] ?? `do ${lacking}`}`, {
      why: `${step} asks for it`,
      cause: new LackedCapability(lacking),
    });
  }
}

/** Of the graph as it was asked for. What no kernel starts, a daemon tells of with all of its words, several times over. */
export function requireShortCommands(vertices: Iterable<Vertex>, daemon: DaemonName): void {
  for (const { op, name } of vertices) {
    if (op.type !== 'exec' || !isTooLong(op)) continue;
    throw new Failure('buildkit-cannot', `${nameDaemon(daemon)} can't run a command of more than 128 kB`, {
      why: `${name} has one`,
      hint: 'put the script into a file of the source, and run that',
    });
  }
}

/** Whether it takes images from this client. */
export function takesImages({ capabilities, isWhole }: DaemonAbilities): boolean {
  return isWhole && capabilities.has('source.ocilayout');
}

export function nameDaemon({ where, version }: DaemonName): string {
  return `the daemon at ${where} (${version === undefined ? 'BuildKit before 0.11' : `BuildKit ${version}`})`;
}

/** The first version in which steps can't leave their sandbox by a hole in its filter of system calls. */
const safe = [0, 31, 1] as const;

/** Undefined for daemons that don't tell their version, as those that somebody built. */
export function advisoryOn(daemon: DaemonName): Diagnostic | undefined {
  const { version } = daemon;
  const numbers =
    version === undefined ? [0, 0, 0] : /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (numbers === undefined || (version !== undefined && numbers.every((number) => number === 0)))
    return undefined;
  const place = safe.findIndex((number, index) => numbers[index] !== number);
  if (place === -1 || numbers[place]! > safe[place]!) return undefined;
  return {
    code: 'buildkit-advisory',
    severity: 'warning',
    message: `${nameDaemon(daemon)} has a known hole: a step can get past the filter of system calls`,
    hint: 'update BuildKit to 0.31.1 or newer (GHSA-7236-3392-c5c6); until then build only what you trust',
  };
}
