import { relationText, satisfies, type Relation } from '../../formats/deb-relation.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { oneOf } from '../../report/suggest.ts';
import { askedFor, type Wishes } from './request.ts';
import { isMeant, type Marks } from './state.ts';
import { findReasons, type Reason } from './sweep.ts';
import type { Choice } from './universe.ts';

const MOST_LINKS = 12;

/**
 * Why a set of packages can't be installed, in the user's words: for each package that was asked for and is broken, the
 * chain from it to the first thing that is missing, has the wrong version, was kept out, or conflicts.
 */
export function explainBroken<C extends Choice>(
  marks: Marks<C>,
  wishes: Wishes<C>,
  where: string,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const explainer = new Explainer(marks, wishes, where);
  const told = new Set<string>();
  for (const wish of wishes.wanted) {
    const broken = explainer.chain(wish.choice, [wish.choice.name]);
    // Of two that the user asked for and that conflict, the first one's line says it all.
    if (broken === undefined || told.has(wish.choice.name)) continue;
    if (broken.rival !== undefined) told.add(broken.rival);
    const { name } = wish.choice;
    const parts = broken.rival === undefined ? broken.hint : `remove ${name} or ${broken.rival}`;
    const message = `${name} can't be installed: ${broken.text}`;
    diagnostics.push({
      code: 'packages-conflict',
      severity: 'error',
      message,
      hint: parts,
      at: wish.spec.at,
    });
  }
  return diagnostics;
}

interface Broken {
  readonly text: string;
  readonly hint?: string | undefined;
  /** What the user asked for, as far as a conflict is with that, or with something that it needs. */
  readonly rival?: string | undefined;
}

class Explainer<C extends Choice> {
  readonly #marks: Marks<C>;
  readonly #wishes: Wishes<C>;
  readonly #where: string;
  readonly #reasons: ReadonlyMap<string, Reason>;

  constructor(marks: Marks<C>, wishes: Wishes<C>, where: string) {
    this.#marks = marks;
    this.#wishes = wishes;
    this.#where = where;
    this.#reasons = findReasons(marks, askedFor(wishes));
  }

  /** What is wrong with a choice; undefined where nothing is. */
  chain(choice: C, path: readonly string[]): Broken | undefined {
    const rival = this.#rival(choice);
    if (rival !== undefined) return rival;
    for (const group of choice.depends) {
      if (this.#marks.isSatisfied(group, 'install')) continue;
      const broken = this.#group(choice, group, path);
      if (broken !== undefined) return broken;
    }
    return undefined;
  }

  /** A conflict, in either direction, with something that will not give way. */
  #rival(choice: C): Broken | undefined {
    for (const mark of this.#marks.installed()) {
      const other = mark.install!;
      if (other.name === choice.name || !mark.fixed) continue;
      const [one, two] = [this.#conflict(choice, other), this.#conflict(other, choice)];
      if (one === undefined && two === undefined) continue;
      const [subject, object, relation] = one === undefined ? [other, choice, two!] : [choice, other, one];
      const virtual = relation.name === object.name ? '' : `, which ${object.name} provides`;
      const { why, asked } = this.#because(other.name);
      return {
        text: `${subject.name} conflicts with ${relationText(relation)}${virtual}; ${why}`,
        rival: asked,
      };
    }
    return undefined;
  }

  /** Why a package is there: what was asked for, or is essential, at the end of its chain. */
  #because(name: string): { why: string; asked: string | undefined } {
    let at = name;
    let reason = this.#reasons.get(at);
    while (reason !== undefined && 'by' in reason) {
      at = reason.by;
      reason = this.#reasons.get(at);
    }
    if (reason?.kind !== 'asked') return { why: `${name} is essential`, asked: undefined };
    if (at === name) return { why: `\`${reason.spec}\` was asked for too`, asked: at };
    return { why: `${name} is needed by \`${reason.spec}\``, asked: at };
  }

  #conflict(choice: C, other: C): Relation | undefined {
    return choice.conflicts.find((relation) => isMeant(choice, relation, other) && answers(other, relation));
  }

  #group(choice: C, group: readonly Relation[], path: readonly string[]): Broken | undefined {
    const text = group.map(relationText).join(' | ');
    const tried: Broken[] = [];
    for (const relation of group) {
      const broken = this.#relation(relation, path);
      if (broken !== undefined) tried.push(broken);
    }
    const [first] = tried;
    if (first === undefined) return undefined;
    const subject = path.length === 1 ? 'it' : choice.name;
    return { ...first, text: `${subject} needs ${text}; ${tried.map((one) => one.text).join('; ')}` };
  }

  #relation(relation: Relation, path: readonly string[]): Broken | undefined {
    const { name } = relation;
    const kept = this.#wishes.excluded.get(name);
    if (kept !== undefined)
      return { text: `\`${kept.spec}\` keeps ${name} out`, hint: `remove \`${kept.spec}\`` };
    const { universe } = this.#marks;
    const versions = universe.versions(name);
    const providers = universe.providers(name).filter((one) => answers(one, relation));
    if (
      relation.arch === 'any' &&
      versions.length > 0 &&
      versions.every((one) => one.multiArch !== 'allowed')
    ) {
      return { text: `${name} is not marked \`Multi-Arch: allowed\`` };
    }
    const right = versions.find((one) => satisfies(relation, one.version));
    if (right === undefined && providers.length === 0) {
      if (versions.length === 0) return { text: `${this.#where} has no ${name}` };
      return { text: `${this.#where} has ${name} ${oneOf(versions.map((one) => one.version))}` };
    }
    const pin = this.#wishes.wanted.find((wish) => wish.pinned && wish.choice.name === name);
    if (right !== undefined && pin !== undefined && !satisfies(relation, pin.choice.version)) {
      return { text: `\`${pin.spec.spec}\` pins another version`, hint: `remove the pin of ${name}` };
    }
    const next = right ?? providers[0]!;
    if (path.includes(next.name) || path.length > MOST_LINKS) return undefined;
    return this.chain(next, [...path, next.name]) ?? this.#older(relation, right);
  }

  /** apt looks only at the candidate of each package. */
  #older(relation: Relation, right: Choice | undefined): Broken | undefined {
    const candidate = this.#marks.universe.candidate(relation.name);
    if (right === undefined || candidate === right) return undefined;
    const but =
      candidate === undefined
        ? 'its priority is below 0'
        : `${candidate.version} is ${this.#isNewer(candidate, right) ? 'newer' : 'preferred'}`;
    return {
      text: `only ${right.version} of ${relation.name} would do, but ${but}`,
      hint: `pin it: \`${relation.name}=${right.version}\``,
    };
  }

  #isNewer(one: Choice, other: Choice): boolean {
    const versions: readonly Choice[] = this.#marks.universe.versions(one.name);
    return versions.indexOf(one) < versions.indexOf(other);
  }
}

function answers(choice: Choice, relation: Relation): boolean {
  if (choice.name === relation.name) return satisfies(relation, choice.version);
  return choice.provides.some(
    (one) =>
      one.name === relation.name && satisfies(relation, one.operator === undefined ? undefined : one.version),
  );
}
