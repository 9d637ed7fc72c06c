/**
 * apt's choice, for a root that is still empty.
 *
 * apt doesn't search for the best set of packages. It goes through what the user asked for, in that order, and for each
 * dependency that nothing chosen so far satisfies it takes the first alternative, and of several providers the first by
 * a fixed order, that can be installed with all its own dependencies. Where that fails half-way the candidate is ruled
 * out for good and the next one is tried. What the user asked for is fixed: whatever conflicts with it can't be chosen
 * later, and what can only be satisfied in one way by something fixed becomes fixed as well. At the end, what was chosen
 * on a way that was given up is swept out (`sweep.ts`).
 *
 * This is the behaviour of apt 2's own solver (`MarkInstall` and its parts), reduced to the case that nothing is
 * installed: no upgrades, no removals, no reasons to keep an old version. `test/live/solve.test.ts` holds it against apt.
 */
import type { Relation } from '../../formats/deb-relation.ts';
import { bareName, isMeant, type Mark, type Marks } from './state.ts';
import type { Choice } from './universe.ts';

/** apt's own limit. */
const MOST_DEPTH = 3000;

/** Marks a package for installation, with all that it needs if `deep`. False where that can't be. */
export function markInstall<C extends Choice>(
  marks: Marks<C>,
  mark: Mark<C>,
  options: { deep: boolean; byUser?: boolean; depth?: number },
): boolean {
  const { deep, byUser = false, depth = 0 } = options;
  if (depth > MOST_DEPTH) return false;
  if (!byUser && mark.install === undefined && (mark.fixed || mark.excluded)) return false;
  const choice = mark.candidate;
  if (choice === undefined) return false;
  if (!mark.fixed && mark.install !== undefined && !isWanting(marks, mark.install)) return true;
  if (deep && !canBeSatisfied(marks, mark, choice)) return false;
  if (byUser) choose(mark, true);
  if (!deep) {
    if (!byUser) choose(mark, false);
    return true;
  }

  const wasFixed = mark.fixed;
  const lenient = wasFixed || byUser;
  const needed = neededGroups(marks, choice, wasFixed);
  let failed = !ruleOutConflicts(marks, choice, wasFixed, lenient);
  if (failed && !lenient) return false;
  if (!byUser) choose(mark, false);

  mark.fixed = true;
  if (!installNeeded(marks, needed, wasFixed, lenient, depth)) {
    if (!lenient) {
      mark.fixed = wasFixed;
      mark.install = undefined;
      mark.candidate = undefined;
      return false;
    }
    failed = true;
  }
  mark.fixed = wasFixed;
  return !failed;
}

function choose<C extends Choice>(mark: Mark<C>, byUser: boolean): void {
  if (mark.fixed && mark.install !== undefined && mark.install === mark.candidate) return;
  mark.install = mark.candidate;
  mark.auto = !byUser;
}

/** Whether an installed choice lacks anything that it should have, recommended packages included where they count. */
function isWanting<C extends Choice>(marks: Marks<C>, choice: C): boolean {
  if (marks.isBroken(choice)) return true;
  return marks.recommends && choice.recommends.some((group) => !marks.isSatisfied(group, 'install'));
}

/** A candidate of which some dependency can't ever be satisfied is ruled out at once. */
function canBeSatisfied<C extends Choice>(marks: Marks<C>, mark: Mark<C>, choice: C): boolean {
  const possible = choice.depends.every(
    (group) => marks.isSatisfied(group, 'install') || marks.isSatisfied(group, 'candidate'),
  );
  if (!possible && !mark.fixed) {
    mark.candidate = undefined;
    mark.install = undefined;
  }
  return possible;
}

interface Needed {
  readonly group: readonly Relation[];
  readonly critical: boolean;
}

/** For a fixed package satisfied dependencies count too: what satisfies them may have to become fixed. */
function neededGroups<C extends Choice>(marks: Marks<C>, choice: C, fixed: boolean): Needed[] {
  const groups: Needed[] = choice.depends.map((group) => ({ group, critical: true }));
  if (marks.recommends) groups.push(...choice.recommends.map((group) => ({ group, critical: false })));
  return groups.filter(({ group }) => fixed || !marks.isSatisfied(group, 'install'));
}

/** Unmarks what conflicts with a choice, as far as it isn't fixed; where the choice is fixed it is ruled out for good. */
function ruleOutConflicts<C extends Choice>(
  marks: Marks<C>,
  choice: C,
  fixed: boolean,
  lenient: boolean,
): boolean {
  let failed = false;
  for (const relation of choice.conflicts) {
    if (!fixed && marks.conflicting(choice, relation, 'install').length === 0) continue;
    const others = possible(marks, [relation], { forConflict: true });
    for (const other of others.filter((one) => isMeant(choice, relation, one))) {
      const mark = marks.of(other.name);
      if (mark.candidate !== other) continue;
      if (mark.install !== undefined && mark.fixed) {
        failed = true;
        if (!lenient) return false;
      } else {
        mark.install = undefined;
        if (fixed) {
          mark.candidate = undefined;
          mark.fixed = true;
        }
      }
    }
  }
  return !failed;
}

function installNeeded<C extends Choice>(
  marks: Marks<C>,
  needed: readonly Needed[],
  fixed: boolean,
  lenient: boolean,
  depth: number,
): boolean {
  let failed = false;
  for (const { group, critical } of needed) {
    if (marks.isSatisfied(group, 'install')) {
      if (fixed && critical && !fixOnlySolution(marks, group, depth)) failed = true;
      continue;
    }
    if (!installFirst(marks, group, fixed && critical, depth) && critical) {
      failed = true;
      if (!lenient) return false;
    }
  }
  return !failed;
}

function fixOnlySolution<C extends Choice>(
  marks: Marks<C>,
  group: readonly Relation[],
  depth: number,
): boolean {
  const [only, ...others] = new Set(possible(marks, group));
  if (only === undefined || others.length > 0) return true;
  const mark = marks.of(only.name);
  if (mark.fixed) return true;
  mark.fixed = true;
  return markInstall(marks, mark, { deep: true, depth: depth + 1 });
}

function installFirst<C extends Choice>(
  marks: Marks<C>,
  group: readonly Relation[],
  fixIfOnly: boolean,
  depth: number,
): boolean {
  const choices = possible(marks, group);
  for (const choice of choices) {
    const mark = marks.of(choice.name);
    if (mark.candidate !== choice) continue;
    if (fixIfOnly && choices.length === 1) {
      if (!markInstall(marks, mark, { deep: false, depth: depth + 1 })) continue;
      mark.fixed = true;
    }
    if (markInstall(marks, mark, { deep: true, depth: depth + 1 })) return true;
  }
  return false;
}

/** All candidates that would satisfy a group, best first. For a conflict also those that can't be chosen. */
function possible<C extends Choice>(
  marks: Marks<C>,
  group: readonly Relation[],
  { forConflict = false } = {},
): C[] {
  const found: C[] = [];
  for (const relation of group) {
    const matches = marks
      .matches(relation, 'candidate')
      .sort((a, b) => compareProviders(marks, relation, a, b));
    for (const choice of matches) if (found.at(-1) !== choice) found.push(choice);
  }
  return found.filter((choice) => {
    if (forConflict) return true;
    const mark = marks.of(choice.name);
    return !(mark.fixed && mark.install === undefined);
  });
}

/** Which of two packages that satisfy the same relation comes first. */
function compareProviders<C extends Choice>(marks: Marks<C>, relation: Relation, a: C, b: C): number {
  const fixed = Number(marks.of(b.name).fixed) - Number(marks.of(a.name).fixed);
  if (fixed !== 0) return fixed;
  const [nameA, nameB] = [bareName(a.name), bareName(b.name)];
  if (relation.arch !== 'any' && nameA !== nameB) {
    const wanted = bareName(relation.name);
    if (nameA === wanted) return -1;
    if (nameB === wanted) return 1;
  }
  return (
    Number(b.essential) - Number(a.essential) ||
    Number(b.important) - Number(a.important) ||
    Number(b.name === nameB) - Number(a.name === nameA) ||
    a.priority - b.priority ||
    marks.universe.rank(b.name) - marks.universe.rank(a.name)
  );
}
