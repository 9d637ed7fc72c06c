import type { Diagnostic } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import { explainBroken } from './explain.ts';
import { followRelease } from './follow-release.ts';
import { markInstall } from './mark.ts';
import { repair } from './repair.ts';
import { askedFor, readWishes, type PackageSpec, type Wishes } from './request.ts';
import { Marks } from './state.ts';
import { findReasons, sweep, sweepEssential, type Reason } from './sweep.ts';
import type { Choice, Universe } from './universe.ts';

export interface PackageRequest {
  readonly packages: readonly PackageSpec[];
  /** The distro's own name of the CPU: `amd64`. */
  readonly arch: string;
  readonly recommends: boolean;
  /** Whether Essential packages are there unasked, as in every root that something runs in. Default: true. */
  readonly essential?: boolean | undefined;
  /** Other CPUs whose packages may be in the root. */
  readonly foreign?: readonly string[] | undefined;
  /** What the universe is called in messages: `debian bullseye`. */
  readonly where: string;
}

export interface Solution<C extends Choice> {
  /** Sorted by name. */
  readonly chosen: readonly C[];
  /** By package name; following `by` leads to something that was asked for, or is essential. */
  readonly reasons: ReadonlyMap<string, Reason>;
}

/** The packages that apt would install into an empty root, as a rule with the Essential ones. Pure: the same in, the same out. */
export function solve<C extends Choice>(universe: Universe<C>, request: PackageRequest): Solution<C> {
  const wishes = readWishes(universe, request.packages, request);
  if (wishes.problems.length > 0) throw refusal(wishes.problems, request.where);
  const marks = new Marks(universe, request.arch, request.recommends);
  exclude(marks, wishes);
  switchReleases(marks, wishes);
  const essential = (request.essential === false ? [] : universe.essential())
    .filter((choice) => !wishes.excluded.has(choice.name))
    .map((choice) => marks.of(choice.name).candidate ?? choice);
  const roots = [...essential, ...wishes.wanted.map(({ choice }) => choice)];
  for (const choice of roots) {
    const mark = marks.of(choice.name);
    mark.candidate = choice;
    mark.fixed = true;
    markInstall(marks, mark, { deep: false, byUser: true });
  }
  for (const choice of new Set(roots))
    markInstall(marks, marks.of(choice.name), { deep: true, byUser: true });
  repair(marks, new Set([...roots.map((choice) => choice.name), ...wishes.excluded.keys()]));
  const broken = marks.installed().filter((mark) => marks.isBroken(mark.install!));
  if (broken.length > 0) {
    const explained = explainBroken(marks, wishes, request.where);
    if (explained.length > 0) throw refusal(explained, request.where);
    throw new Failure('packages-conflict', `the packages of ${request.where} don't go together`, {
      why: `${broken.map((mark) => mark.name).join(', ')} can't be satisfied`,
    });
  }
  sweep(marks);
  if (request.essential === false)
    sweepEssential(
      marks,
      wishes.wanted.map(({ choice }) => choice),
    );
  const chosen = marks.installed().map((mark) => mark.install!);
  chosen.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { chosen, reasons: findReasons(marks, askedFor(wishes)) };
}

function switchReleases<C extends Choice>(marks: Marks<C>, { wanted }: Wishes<C>): void {
  const changed = new Set<string>();
  const following = wanted.filter(({ release }) => release !== undefined);
  for (const { choice } of following) marks.of(choice.name).candidate = choice;
  // What doesn't work out is explained like everything else that doesn't go together.
  for (const { choice, release } of following) {
    changed.add(choice.name);
    followRelease(marks, choice, release!, changed);
  }
}

function exclude<C extends Choice>(marks: Marks<C>, wishes: Wishes<C>): void {
  for (const name of wishes.excluded.keys()) {
    const mark = marks.of(name);
    mark.excluded = true;
    mark.fixed = true;
  }
}

/** One finding is a failure of its own; of several all are shown. */
function refusal(problems: readonly Diagnostic[], where: string): Failure {
  const [first, ...others] = problems;
  if (others.length === 0)
    return new Failure(first!.code, first!.message, { hint: first!.hint, at: first!.at });
  return new Failure(first!.code, `${problems.length} packages can't be had from ${where}`, {
    diagnostics: problems,
  });
}
