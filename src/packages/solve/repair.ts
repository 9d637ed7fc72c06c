/**
 * What apt does when its choices, made one after the other, don't fit together: its "problem resolver". Every package gets a
 * score by its priority and by how much others need it. From the highest score down each broken package is mended: what
 * the user asked for gets another of its alternatives, anything else is dropped, or drops the package it conflicts with if
 * that has the lower score. Packages without anything to mend are never touched, so mostly there is nothing to do.
 *
 * As in `mark.ts` this is apt's behaviour where nothing is installed yet.
 */
import type { Relation } from '../../formats/deb-relation.ts';
import { markInstall } from './mark.ts';
import type { Mark, Marks } from './state.ts';
import type { Choice } from './universe.ts';

/** apt's own limit. */
const MOST_ROUNDS = 20;

/** Mends what it can; whether all is well then is for the caller to see. */
export function repair<C extends Choice>(marks: Marks<C>, asked: ReadonlySet<string>): void {
  const isBroken = (mark: Mark<C>) => mark.install !== undefined && marks.isBroken(mark.install);
  if (!marks.installed().some(isBroken)) return;
  const repairer = new Repairer(marks, asked);
  for (let round = 0, changed = true; changed && round < MOST_ROUNDS; round++) {
    changed = false;
    // What is installed on the way is looked at in the same round: the list grows while it is walked.
    for (const mark of repairer.order) {
      if (isBroken(mark) && repairer.mend(mark, round)) changed = true;
    }
  }
}

class Repairer<C extends Choice> {
  /** Highest score first, as it was at the beginning. */
  readonly order: Set<Mark<C>>;
  readonly #marks: Marks<C>;
  readonly #asked: ReadonlySet<string>;
  readonly #scores: Map<string, number>;
  readonly #tried = new Set<string>();

  constructor(marks: Marks<C>, asked: ReadonlySet<string>) {
    this.#marks = marks;
    this.#asked = asked;
    this.#scores = scoresOf(marks, asked);
    this.order = new Set(marks.all().sort((a, b) => this.#score(b.name) - this.#score(a.name)));
  }

  /** Whether anything changed. */
  mend(mark: Mark<C>, round: number): boolean {
    const choice = mark.install!;
    for (const group of choice.depends) {
      if (this.#marks.isSatisfied(group, 'install')) continue;
      if (!mark.fixed) {
        mark.install = undefined;
        return true;
      }
      this.#installOne(group);
    }
    const losers: Mark<C>[] = [];
    for (const relation of choice.conflicts) {
      for (const other of this.#marks.conflicting(choice, relation, 'install')) {
        const rival = this.#marks.of(other.name);
        if (this.#score(choice.name) > this.#score(other.name)) {
          if (!rival.fixed) losers.push(rival);
        } else if (!mark.fixed) {
          mark.install = undefined;
          return true;
        }
      }
    }
    for (const loser of losers) {
      loser.install = undefined;
      if (round > 1)
        this.#scores.set(loser.name, Math.max(this.#score(loser.name), this.#score(choice.name)));
    }
    return losers.length > 0;
  }

  #installOne(group: readonly Relation[]): void {
    for (const relation of group) {
      for (const other of this.#marks.matches(relation, 'candidate')) {
        if (this.#install(this.#marks.of(other.name))) return;
      }
    }
  }

  /** Marks a package and, one by one, what it needs; takes it back where that fails. Each is tried only once. */
  #install(mark: Mark<C>): boolean {
    if (mark.candidate === undefined || this.#asked.has(mark.name) || this.#tried.has(mark.name))
      return false;
    this.#tried.add(mark.name);
    if (!markInstall(this.#marks, mark, { deep: false })) return false;
    this.order.add(mark);
    for (const group of mark.install!.depends) {
      if (this.#marks.isSatisfied(group, 'install') || this.#installAny(group)) continue;
      mark.install = undefined;
      return false;
    }
    return true;
  }

  #installAny(group: readonly Relation[]): boolean {
    return group.some((relation) => {
      const [first] = this.#marks.matches(relation, 'candidate');
      const mark = first === undefined ? undefined : this.#marks.of(first.name);
      return mark !== undefined && !mark.fixed && this.#install(mark);
    });
  }

  #score(name: string): number {
    return this.#scores.get(name) ?? 0;
  }
}

const PRIORITY_SCORES = [0, 3, 2, 1, -1, -2];
const ESSENTIAL = 100;
const ALWAYS_ESSENTIAL = 5000;
const ASKED = 10_000;

function scoresOf<C extends Choice>(marks: Marks<C>, asked: ReadonlySet<string>): Map<string, number> {
  const scores = new Map<string, number>();
  const add = (name: string, value: number) => scores.set(name, (scores.get(name) ?? 0) + value);
  const installed = marks.installed().map((mark) => mark.install!);
  for (const choice of installed) {
    add(choice.name, (PRIORITY_SCORES[choice.priority] ?? -2) + (isVital(choice) ? ESSENTIAL : 0));
    const weigh = (relation: Relation, weight: number) => {
      const negative = weight < 0;
      const found = marks.matches(relation, 'install').map(({ name }) => name);
      // A name without a version counts also where nothing of that name is chosen.
      if (relation.operator === undefined) found.push(relation.name);
      else if (!found.includes(relation.name)) return;
      for (const name of new Set(found)) if (!negative || name !== choice.name) add(name, weight);
    };
    for (const relation of positive(choice)) weigh(relation, 1);
    for (const relation of choice.conflicts) weigh(relation, -1);
  }
  // One level of inheritance: what a highly needed package needs is needed as much.
  const before = new Map(scores);
  for (const choice of installed) {
    const own = before.get(choice.name) ?? 0;
    if (own <= 0) continue;
    for (const { name } of positive(choice)) if (marks.of(name).install !== undefined) add(name, own);
  }
  for (const choice of installed) {
    if (asked.has(choice.name)) add(choice.name, ASKED);
    if (isVital(choice)) add(choice.name, ALWAYS_ESSENTIAL);
  }
  return scores;
}

function positive(choice: Choice): Relation[] {
  return [...choice.depends, ...choice.recommends].flat();
}

function isVital(choice: Choice): boolean {
  return choice.essential || choice.important;
}
