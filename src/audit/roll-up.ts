/**
 * From verdicts on files to one on their artifact.
 *
 * All files for one CPU and one libc must run together, so a release is as good as the worst of them. Where an artifact
 * has files for several libcs, as prebuilt addons do, a release needs one of them; where it has files for several CPUs,
 * a release must run all that were measured there.
 */
import type { LibcKind, Runs, Verdict } from './report.ts';
import { verdictsOf } from './verdict.ts';
import type { FoundElf } from './walk/contents.ts';

export function artifactVerdicts(elfs: readonly FoundElf[], bundled: ReadonlySet<string>): Verdict[] {
  const perMachine = new Map<string, FoundElf[]>();
  for (const elf of elfs) {
    if (elf.audit.type === 'rel') continue;
    const list = perMachine.get(elf.audit.machine);
    if (list === undefined) perMachine.set(elf.audit.machine, [elf]);
    else list.push(elf);
  }
  const machines = [...perMachine].map(([machine, own]) => ({
    machine,
    verdicts: bestOf(variants(own).map((variant) => worstOf(variant, bundled, elfs.length > 1))),
  }));
  if (machines.length <= 1) return machines[0]?.verdicts ?? [];
  return acrossMachines(machines);
}

/** Files for Android and the BSDs count only where there is nothing else: no release of the table runs them. */
function variants(all: readonly FoundElf[]): FoundElf[][] {
  const forLinux = all.filter(({ traits }) => traits.system === null);
  const elfs = forLinux.length === 0 ? all : forLinux;
  const of = (libc: LibcKind): FoundElf[] => elfs.filter(({ audit }) => audit.libc === libc);
  const [glibc, musl, bionic] = [of('glibc'), of('musl'), of('bionic')];
  const common = elfs.filter(({ audit }) => !['glibc', 'musl', 'bionic'].includes(audit.libc));
  const linux = [glibc, musl].filter((list) => list.length > 0);
  const own = linux.length === 0 && bionic.length > 0 ? [bionic] : linux;
  if (own.length === 0) return [common];
  return own.map((list) => [...list, ...common.map((elf) => withLibc(elf, list[0]!.audit.libc))]);
}

/** A library that needs nothing but its neighbours uses the libc that they use. */
function withLibc(elf: FoundElf, libc: LibcKind): FoundElf {
  return elf.audit.libc === 'unknown' ? { ...elf, audit: { ...elf.audit, libc } } : elf;
}

const RANK: Readonly<Record<Runs, number>> = { yes: 0, unknown: 1, no: 2 };
const MOST_REASONS = 3;

/** The worst verdict on one release so far, with some of its reasons: an artifact may have ten thousand files. */
class Tally {
  readonly #distro: string;
  #runs: Runs = 'yes';
  #reasons: string[] = [];
  #count = 0;

  constructor(distro: string) {
    this.#distro = distro;
  }

  add({ runs, because }: Verdict, prefix: string): void {
    if (RANK[runs] < RANK[this.#runs]) return;
    if (RANK[runs] > RANK[this.#runs]) {
      this.#runs = runs;
      this.#reasons = [];
      this.#count = 0;
    }
    for (const reason of because) {
      if (++this.#count <= MOST_REASONS + 1) this.#reasons.push(`${prefix}${reason}`);
    }
  }

  verdict(): Verdict {
    return { distro: this.#distro, runs: this.#runs, because: someReasons(this.#reasons, this.#count) };
  }
}

/** One more than is shown is shown itself rather than counted. */
function someReasons(reasons: readonly string[], count: number): readonly string[] {
  if (count <= MOST_REASONS + 1) return reasons;
  return [...reasons.slice(0, MOST_REASONS), `and ${count - MOST_REASONS} more reasons`];
}

function worstOf(elfs: readonly FoundElf[], bundled: ReadonlySet<string>, named: boolean): Verdict[] {
  const tallies: Tally[] = [];
  for (const elf of elfs) {
    const prefix = named ? `${elf.audit.path}: ` : '';
    for (const [index, verdict] of verdictsOf(elf, bundled).entries()) {
      (tallies[index] ??= new Tally(verdict.distro)).add(verdict, prefix);
    }
  }
  return tallies.map((tally) => tally.verdict());
}

/** All lists have the same releases in the same order. */
function bestOf(lists: readonly (readonly Verdict[])[]): Verdict[] {
  const [first = [], ...others] = lists;
  return first.map((verdict, index) =>
    others.reduce((best, list) => (RANK[list[index]!.runs] < RANK[best.runs] ? list[index]! : best), verdict),
  );
}

/** A CPU on which nobody measured must not hide what is known of the others: its doubt becomes a condition. */
function acrossMachines(machines: readonly { machine: string; verdicts: readonly Verdict[] }[]): Verdict[] {
  return machines[0]!.verdicts.map(({ distro }, index) => {
    const all = machines.map(({ machine, verdicts }) => ({ machine, ...verdicts[index]! }));
    const runs = (['no', 'yes'] as const).find((word) => all.some((verdict) => verdict.runs === word));
    const told = runs === 'no' ? all.filter((verdict) => verdict.runs === 'no') : all;
    const because = told.flatMap((verdict) =>
      verdict.because.map((reason) => `on ${verdict.machine}: ${reason}`),
    );
    return { distro, runs: runs ?? 'unknown', because: someReasons(because, because.length) };
  });
}
