/**
 * `name/suite`: not only this package is taken from that suite, but also what it needs, as far as it needs a version that
 * only that suite has. This is apt's `SetCandidateRelease`; what needs no certain version stays with its candidate.
 */
import { satisfies, type Relation } from '../../formats/deb-relation.ts';
import type { Mark, Marks } from './state.ts';
import type { Choice } from './universe.ts';

/** Makes a choice its package's candidate, and switches others with it. False where a dependency can't be satisfied. */
export function followRelease<C extends Choice>(
  marks: Marks<C>,
  choice: C,
  release: string,
  changed: Set<string>,
): boolean {
  marks.of(choice.name).candidate = choice;
  const own: (readonly [Mark<C>, C | undefined])[] = [];
  const groups = [
    ...choice.depends.map((group) => ({ group, critical: true })),
    ...(marks.recommends ? choice.recommends : []).map((group) => ({ group, critical: false })),
  ];
  for (const { group, critical } of groups) {
    if (group.some((relation) => isFine(marks, relation))) continue;
    const switched = group.some((relation) => switchTo(marks, relation, { release, changed, own }));
    if (switched || !critical) continue;
    for (const [mark, before] of own.reverse()) mark.candidate = before;
    return false;
  }
  return true;
}

interface Switching<C extends Choice> {
  readonly release: string;
  readonly changed: Set<string>;
  /** What was switched, and what was there before. */
  readonly own: (readonly [Mark<C>, C | undefined])[];
}

function switchTo<C extends Choice>(
  marks: Marks<C>,
  relation: Relation,
  { release, changed, own }: Switching<C>,
): boolean {
  // Another version of a package that is asked for without one changes nothing.
  if (relation.operator === undefined) return false;
  const there = marks.universe.versionIn(relation.name, release);
  if (there === undefined || !satisfies(relation, there.version)) return false;
  const mark = marks.of(relation.name);
  if (there === mark.candidate && changed.has(mark.name)) return true;
  const before = mark.candidate;
  changed.add(mark.name);
  if (!followRelease(marks, there, release, changed)) {
    mark.candidate = before;
    changed.delete(mark.name);
    return false;
  }
  own.push([mark, before]);
  return true;
}

/** Whether a candidate is there that satisfies the relation, and for whose own dependencies there are candidates. */
function isFine<C extends Choice>(marks: Marks<C>, relation: Relation): boolean {
  const installable = (one: C) => one.depends.every((group) => marks.isSatisfied(group, 'candidate'));
  const candidate = marks.of(relation.name).candidate;
  if (relation.operator !== undefined)
    return candidate !== undefined && satisfies(relation, candidate.version) && installable(candidate);
  const providers = marks.universe.providers(relation.name);
  if (providers.length === 0) return candidate !== undefined && installable(candidate);
  return [candidate, ...providers].some(
    (one) => one !== undefined && marks.of(one.name).candidate === one && installable(one),
  );
}
