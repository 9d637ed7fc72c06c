import type { DaemonFacts } from '../../engines/buildkit/inspect.ts';
import { Failure } from '../../report/failure.ts';
import type { Check, Diagnosis } from '../check.ts';
import { diagnosisOf } from '../examine.ts';
import { wantedCpus, type DaemonHere } from '../patient.ts';

interface Found {
  readonly daemons: readonly DaemonHere[];
  /** CPUs that targets are built on, with a target of each; none where this machine builds for those that daemons lack. */
  readonly wanted: ReadonlyMap<string, string>;
}

const label = 'org.mobyproject.buildkit.worker.';
/** More is worth a look at what keeps it. */
const large = 50e9;

export const buildkit: Check<Found> = {
  id: 'buildkit',
  group: 'engine',
  title: 'daemon',
  proves:
    'The BuildKit daemon answers, has no known hole, keeps layers in a fast way, has room, and offers the CPUs that targets are built on. With `--engine buildkit` or `--buildkit-addr`; of several builders each.',
  how: 'Connects to it, and asks for its version, workers and cache.',
  costs: 'Nothing can be built on it; or a step leaves its sandbox; or each layer is copied whole.',
  cure: 'Start the daemon, update it, or name another with `--buildkit-addr`.',
  engines: ['buildkit'],
  async probe({ daemons, engine, project }) {
    return {
      daemons: await daemons(),
      wanted: engine === 'buildkit' ? wantedCpus(project) : new Map(),
    };
  },
  judge({ daemons, wanted }): readonly Diagnosis[] {
    const answering = daemons.flatMap(({ facts }) => (facts instanceof Failure ? [] : facts));
    const silent = daemons.flatMap(({ facts }) => (facts instanceof Failure ? facts : []));
    const status = answering.length > 0 ? 'warn' : 'fail';
    const lacking = lackingCpus(answering, wanted);
    const troubles = daemons.map(troublesOf);
    const isRight = silent.length === 0 && lacking.length === 0 && troubles.flat().length === 0;
    return [
      ...silent.map((failure) => ({ ...diagnosisOf(failure), status }) as const),
      ...troubles.flat(),
      ...lacking,
      ...daemons.flatMap(({ facts }, index) =>
        facts instanceof Failure || troubles[index]!.length > 0 || !(isRight || daemons.length > 1)
          ? []
          : [{ status: 'ok', found: described(facts) } as const],
      ),
    ];
  },
};

function troublesOf({ facts, cpu: named }: DaemonHere): readonly Diagnosis[] {
  if (facts instanceof Failure) return [];
  const { where, advisory, workers, cache } = facts;
  const told: Diagnosis[] = [];
  const tell = (status: Diagnosis['status'], found: string, cure: string) =>
    told.push({ status, found, cure });
  if (workers.length === 0)
    tell(
      'fail',
      `the daemon at ${where} has no worker`,
      'look at the log of the daemon: why none has started',
    );
  if (advisory !== undefined) tell('warn', advisory.message, advisory.hint ?? 'update it');
  const own = workers[0]?.cpus[0];
  if (named !== undefined && own !== undefined && named !== own)
    tell(
      'warn',
      `the daemon at ${where} is named for ${named}, and its own CPU is ${own}: it emulates`,
      'name it for its own CPU, or leave the CPU away',
    );
  const snapshotters = snapshottersOf(facts);
  if (snapshotters.includes('native')) {
    const cure =
      'have the daemon use overlayfs (`--oci-worker-snapshotter=overlayfs`), with a volume for its root';
    tell('warn', `the daemon at ${where} copies each layer whole (its snapshotter is native)`, cure);
  }
  if (cache > large) {
    const cure =
      'run `buildctl prune --keep-storage 20000` or `docker builder prune`, and set a limit for it (`gckeepstorage`)';
    tell('warn', `the daemon at ${where} keeps ${Math.round(cache / 1e9)} GB`, cure);
  }
  return told;
}

function lackingCpus(
  answering: readonly DaemonFacts[],
  wanted: ReadonlyMap<string, string>,
): readonly Diagnosis[] {
  const able = answering.filter(({ workers }) => workers.length > 0);
  if (able.length === 0) return [];
  const offers = able.map((facts) => `the daemon at ${facts.where} offers ${list(offeredBy(facts))}`);
  return [...wanted]
    .filter(([cpu]) => !able.some((facts) => offeredBy(facts).has(cpu)))
    .map(([cpu, target]) => ({
      status: 'fail',
      found: `target \`${target}\` is built on ${cpu}, and ${offers.join(', ')}`,
      cure: 'run `docker run --privileged --rm tonistiigi/binfmt --install all` on its host and restart it; or name a daemon of that CPU; or compile across: `builder:`',
    }));
}

function described(facts: DaemonFacts): string {
  const { where, version } = facts;
  const snapshotters = snapshottersOf(facts);
  const kept = snapshotters.length === 0 ? '' : `, layers by ${snapshotters.join(', ')}`;
  const name = version === undefined ? 'BuildKit before 0.11' : `BuildKit ${version}`;
  return `${name} at ${where}, for ${list(offeredBy(facts))}${kept}`;
}

function offeredBy({ workers }: DaemonFacts): ReadonlySet<string> {
  return new Set(workers.flatMap(({ cpus }) => cpus));
}

function snapshottersOf({ workers }: DaemonFacts): readonly string[] {
  return [...new Set(workers.flatMap(({ labels }) => labels[`${label}snapshotter`] ?? []))];
}

function list(words: ReadonlySet<string>): string {
  return words.size === 0 ? 'none' : [...words].join(', ');
}
