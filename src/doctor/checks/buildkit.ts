import type { DaemonFacts } from '../../engines/buildkit/inspect.ts';
import type { Check, Diagnosis } from '../check.ts';
import { wantedCpus } from '../patient.ts';

interface Found {
  readonly daemon: DaemonFacts;
  /** CPUs that targets are built on, with a target of each. */
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
    'The BuildKit daemon answers, has no known hole, keeps layers in a fast way, has room, and offers the CPUs that targets are built on. With `--engine buildkit` or `--buildkit-addr`.',
  how: 'Connects to it, and asks for its version, workers and cache.',
  costs: 'Nothing can be built on it; or a step leaves its sandbox; or each layer is copied whole.',
  cure: 'Start the daemon, update it, or name another with `--buildkit-addr`.',
  engines: ['buildkit'],
  async probe({ daemon, project }) {
    return { daemon: await daemon(), wanted: wantedCpus(project) };
  },
  judge({ daemon, wanted }): readonly Diagnosis[] {
    const { where, version, advisory, workers, cache } = daemon;
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
    const offered = new Set(workers.flatMap(({ cpus }) => cpus));
    for (const [cpu, target] of wanted) {
      if (offered.has(cpu) || workers.length === 0) continue;
      const cure =
        'run `docker run --privileged --rm tonistiigi/binfmt --install all` on its host and restart it; or name a daemon of that CPU; or compile across: `builder:`';
      tell(
        'fail',
        `target \`${target}\` is built on ${cpu}, and the daemon at ${where} offers ${list(offered)}`,
        cure,
      );
    }
    const snapshotters = [...new Set(workers.flatMap(({ labels }) => labels[`${label}snapshotter`] ?? []))];
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
    if (told.length > 0) return told;
    const kept = snapshotters.length === 0 ? '' : `, layers by ${snapshotters.join(', ')}`;
    const name = version === undefined ? 'BuildKit before 0.11' : `BuildKit ${version}`;
    return [{ status: 'ok', found: `${name} at ${where}, for ${list(offered)}${kept}` }];
  },
};

function list(words: ReadonlySet<string>): string {
  return words.size === 0 ? 'none' : [...words].join(', ');
}
