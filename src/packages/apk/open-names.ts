/**
 * The names that are still to be decided, and which of them comes next. apk changed its mind about that five times, and
 * as it never goes back on a decision, the order is what decides between several solutions.
 */
import type { Name } from './names.ts';
import type { DecisionOrder } from './rules.ts';

/** Below 0 where the first is decided before the second. */
type Comparison = (a: Name, b: Name) => number;

const required: Comparison = (a, b) => Number(b.requirers > 0) - Number(a.requirers > 0);
const asked: Comparison = (a, b) => Number(b.isAsked) - Number(a.isAsked);
const near: Comparison = (a, b) => a.distance - b.distance;
const deep: Comparison = (a, b) => b.depth - a.depth;
const late: Comparison = (a, b) => b.found - a.found;
const choosable: Comparison = (a, b) => Number(b.isChoosable) - Number(a.isChoosable);

const COMPARISONS: Readonly<Record<Exclude<DecisionOrder, 'queues'>, readonly Comparison[]>> = {
  'required, near, deep': [required, near, deep],
  'asked, near, deep, required': [asked, near, deep, required],
  'required, asked, near, deep': [required, asked, near, deep],
  'asked, late': [asked, late],
  'choosable, asked, late': [choosable, asked, late],
};

export interface OpenNames {
  /** Something about the name changed. `again`: so much that it may stand in the wrong queue. */
  update(name: Name, again: boolean): void;
  remove(name: Name): void;
  /** Undefined where all are decided. */
  next(): Name | undefined;
}

export function openNames(order: DecisionOrder): OpenNames {
  return order === 'queues' ? new QueuedNames() : new ComparedNames(order);
}

/** One list, looked through each time. */
class ComparedNames implements OpenNames {
  /** The last one is the first to be looked at. */
  readonly #names = new Set<Name>();
  readonly #comparisons: readonly Comparison[];
  readonly #choosableOnly: boolean;

  constructor(order: Exclude<DecisionOrder, 'queues'>) {
    this.#comparisons = COMPARISONS[order];
    this.#choosableOnly = order === 'choosable, asked, late';
  }

  update(name: Name): void {
    if (name.requirers > 0 || name.isInvited) this.#names.add(name);
    else this.#names.delete(name);
  }

  remove(name: Name): void {
    this.#names.delete(name);
  }

  next(): Name | undefined {
    let best: Name | undefined;
    let plain: Name | undefined;
    for (const name of this.#names) {
      if (hasNoChoice(name) && (name.isChoosable || !this.#choosableOnly)) plain = name;
      if (best === undefined || this.#compare(name, best) <= 0) best = name;
    }
    return plain ?? best;
  }

  #compare(a: Name, b: Name): number {
    for (const comparison of this.#comparisons) {
      const order = comparison(a, b);
      if (order !== 0) return order;
    }
    return 0;
  }
}

/** A name goes into one queue, and stays where it is unless it lost its choice, or got one. */
class QueuedNames implements OpenNames {
  readonly #plain = new Set<Name>();
  readonly #choosable: Name[] = [];
  readonly #others: Name[] = [];

  update(name: Name, again: boolean): void {
    if (this.#plain.has(name)) return;
    const isPlain = hasNoChoice(name) && name.isChoosable;
    if (this.#has(name)) {
      if (!isPlain && !again) return;
      this.remove(name);
    } else if (name.requirers === 0 && !name.isInvited && !name.decidesCompany) {
      return;
    }
    if (isPlain) this.#plain.add(name);
    else insert(name.isChoosable ? this.#choosable : this.#others, name);
  }

  remove(name: Name): void {
    this.#plain.delete(name);
    for (const queue of [this.#choosable, this.#others]) {
      const at = queue.indexOf(name);
      if (at >= 0) queue.splice(at, 1);
    }
  }

  next(): Name | undefined {
    const [plain] = this.#plain;
    if (plain === undefined) return this.#choosable.shift() ?? this.#others.shift();
    this.#plain.delete(plain);
    return plain;
  }

  #has(name: Name): boolean {
    return this.#choosable.includes(name) || this.#others.includes(name);
  }
}

/** First what the user named, then what has a package of the name; of each what was found last. */
function insert(queue: Name[], name: Name): void {
  const at = queue.findIndex((other) => !comesAfter(name, other));
  queue.splice(at < 0 ? queue.length : at, 0, name);
}

function comesAfter(name: Name, other: Name): boolean {
  const order =
    Number(name.isAsked) - Number(other.isAsked) ||
    Number(hasOwnPackage(name)) - Number(hasOwnPackage(other)) ||
    name.found - other.found;
  return order < 0;
}

function hasOwnPackage({ distance, providers }: Name): boolean {
  return distance < 2 && providers.length > 0;
}

function hasNoChoice(name: Name): boolean {
  return name.dependentsDone && name.requirers > 0 && !name.hasOptions;
}
