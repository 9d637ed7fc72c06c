import { relationText, type Relation } from '../../formats/deb-relation.ts';
import type { Marks } from './state.ts';
import type { Choice } from './universe.ts';

/**
 * Unmarks what was chosen on a way that was given up, so that nothing that stays leads to it. As in apt, a package is
 * led to by suggestions too: what is chosen anyway stays where anything at all speaks for it.
 */
export function sweep<C extends Choice>(marks: Marks<C>): void {
  const reached = new Set<C>();
  const waiting = marks
    .installed()
    .filter((mark) => !mark.auto || mark.install!.essential || mark.install!.important)
    .map((mark) => mark.install!);
  for (let choice = waiting.pop(); choice !== undefined; choice = waiting.pop()) {
    if (reached.has(choice)) continue;
    reached.add(choice);
    for (const relation of [...choice.depends, ...choice.recommends, ...choice.suggests].flat()) {
      waiting.push(...marks.matches(relation, 'install'));
    }
  }
  for (const mark of marks.installed()) if (!reached.has(mark.install!)) mark.install = undefined;
}

/**
 * Unmarks Essential packages that nobody asked for, with what is there for them alone. What needs them needs them to be
 * installed or to run.
 */
export function sweepEssential<C extends Choice>(marks: Marks<C>, asked: readonly C[]): void {
  const reached = new Set<C>();
  const waiting = [...asked];
  for (let choice = waiting.pop(); choice !== undefined; choice = waiting.pop()) {
    if (reached.has(choice)) continue;
    reached.add(choice);
    const relations = [...choice.depends, ...(marks.recommends ? choice.recommends : [])].flat();
    const needed = relations.flatMap((relation) => marks.matches(relation, 'install'));
    waiting.push(...needed.filter(({ essential }) => !essential));
  }
  for (const mark of marks.installed()) if (!reached.has(mark.install!)) mark.install = undefined;
}

/** Why a package is in the root: the next link of the chain that ends at something asked for. */
export type Reason =
  | { readonly kind: 'asked'; readonly spec: string }
  | { readonly kind: 'essential' }
  | { readonly kind: 'needed' | 'recommended'; readonly by: string; readonly relation: readonly Relation[] };

/** What the other package asks for, as its control file writes it. */
export function relationOf({ relation }: Extract<Reason, { readonly by: string }>): string {
  return relation.map(relationText).join(' | ');
}

/** The shortest chain for each package, from what the user asked for if there is one from there. */
export function findReasons<C extends Choice>(
  marks: Marks<C>,
  asked: ReadonlyMap<string, string>,
): ReadonlyMap<string, Reason> {
  const reasons = new Map<string, Reason>();
  const follow = (roots: string[]) => {
    for (let names = roots; names.length > 0;) {
      const next: string[] = [];
      for (const name of names) {
        const choice = marks.of(name).install!;
        const lead = (groups: C['depends'], kind: 'needed' | 'recommended') => {
          for (const relation of groups) {
            for (const other of relation.flatMap((one) => marks.matches(one, 'install'))) {
              if (reasons.has(other.name)) continue;
              reasons.set(other.name, { kind, by: name, relation });
              next.push(other.name);
            }
          }
        };
        lead(choice.depends, 'needed');
        if (marks.recommends) lead(choice.recommends, 'recommended');
      }
      names = next;
    }
  };
  const installed = marks.installed().map((mark) => mark.install!);
  for (const { name } of installed) {
    const spec = asked.get(name);
    if (spec !== undefined) reasons.set(name, { kind: 'asked', spec });
  }
  follow([...reasons.keys()]);
  // A package is essential if any of its versions says so.
  const vital = new Set(marks.universe.essential().map((choice) => choice.name));
  const essential = installed.filter(({ name }) => vital.has(name) && !reasons.has(name));
  for (const { name } of essential) reasons.set(name, { kind: 'essential' });
  follow(essential.map((choice) => choice.name));
  return reasons;
}
