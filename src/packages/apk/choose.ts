/**
 * apk's way of choosing, as a machine that narrows names down until each is decided.
 *
 * A name is `dirty` when what it may be has changed; then its providers are judged again, and what all that remain have
 * in common (names they depend on, names they provide) is required or ruled out at once, without deciding between
 * them. When nothing is dirty, one name is decided for good: the one on which least depends that is still open. There
 * is no way back, so a set that has a solution may be refused; apk refuses it as well.
 *
 * A package with `install_if` comes by itself once all that it names is decided and there.
 *
 * Six generations of apk differ in a few rules; `ApkRules` names them.
 */
import type { ApkDependency } from '../../formats/apk-dependency.ts';
import { compareApkVersions } from '../../formats/apk-version.ts';
import { findDependents, fulfils, type Candidate, type Name, type Names, type Provider } from './names.ts';
import { openNames, type OpenNames } from './open-names.ts';
import type { ApkRules } from './rules.ts';

export class Chooser {
  /** How many names could not be decided as they must. */
  errors = 0;
  readonly #names: Names;
  readonly #rules: ApkRules;
  readonly #seen: Name[] = [];
  readonly #dirty: Name[] = [];
  readonly #open: OpenNames;
  #found = 0;
  /** While the user's own wishes are applied: the tag of the wish, as a bit. */
  #wishedTag = 0;

  constructor(names: Names, rules: ApkRules) {
    this.#names = names;
    this.#rules = rules;
    this.#open = openNames(rules.order);
  }

  /** Decides every name that the wishes, in their order, lead to. */
  run(wishes: readonly ApkDependency[]): void {
    for (const { name } of wishes) this.#names.get(name).isAsked = true;
    for (const { name } of wishes) this.#discover(this.#names.get(name));
    findDependents(this.#seen);
    for (const wish of wishes) {
      this.#wishedTag = 1 << this.#names.tagNumber(wish.tag);
      this.#constrain(undefined, wish, this.#names.get(wish.name));
    }
    this.#wishedTag = 0;
    for (;;) {
      for (let at = 0; at < this.#dirty.length; at++) {
        const name = this.#dirty[at]!;
        if (!name.isDirty) continue;
        name.isDirty = false;
        this.#reconsider(name);
      }
      this.#dirty.length = 0;
      const next = this.#open.next();
      if (next === undefined) return;
      this.#decide(next);
    }
  }

  markBroken(candidate: Candidate | undefined): void {
    if (candidate === undefined || candidate.isBroken) return;
    candidate.isBroken = true;
    this.errors++;
  }

  /** Everything that could come into question, depth first. Chains are too long for the program's own stack. */
  #discover(start: Name): void {
    const stack = [this.#visit(start)];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.next();
      if (next.done === true) stack.pop();
      else if (!next.value.seen) stack.push(this.#visit(next.value));
    }
  }

  *#visit(name: Name): Generator<Name, void, void> {
    name.seen = true;
    name.neverInvited = true;
    this.#seen.push(name);
    for (const { candidate } of name.providers) {
      if (!candidate.seen) {
        candidate.seen = true;
        if (this.#rules.isApk3 && candidate.package.hasUnreadableDepends) candidate.isSelectable = false;
        candidate.isNotInvited = candidate.installIf.length === 0;
        const permitted = (candidate.repositories & this.#names.permitted(1)) !== 0;
        candidate.isTagPreferred = permitted || candidate.package.installedSize === 0;
        candidate.isTagAllowed = candidate.isTagPreferred;
        for (const { to } of candidate.depends) {
          yield to;
          candidate.depth = Math.max(candidate.depth, to.depth + 1);
        }
      }
      if (!candidate.isNotInvited) name.neverInvited = false;
      name.depth = Math.max(name.depth, candidate.depth);
    }
    yield* this.#companyOf(name);
    name.found = ++this.#found;
    if (!this.#rules.isApk3) return;
    for (const { candidate } of name.providers) for (const { to } of candidate.installIf) yield to;
  }

  /** What may come by itself where the name is there; apk looked at more and more of it. */
  *#companyOf(name: Name): Generator<Name, void, void> {
    const { providedNamesInvite, isApk3, order } = this.#rules;
    if (!providedNamesInvite || isApk3) yield* name.companions;
    if (!providedNamesInvite) return;
    const isThorough = order.endsWith('late');
    for (const { candidate } of name.providers) {
      yield* candidate.name.companions;
      for (const { to } of candidate.provides) {
        if (isApk3) yield to;
        if (isApk3 || to.seen) continue;
        if (isThorough) yield to;
        yield* to.companions;
      }
    }
  }

  #constrain(by: Candidate | undefined, dependency: ApkDependency, name: Name): void {
    if (!dependency.isConflict && ++name.requirers === 1) this.#requirersChanged(name);
    for (const provider of name.providers) {
      const { candidate } = provider;
      const isRight = this.#fulfils(provider, dependency, by);
      if (!isRight) candidate.conflicts++;
      if (candidate.isSelectable && candidate.conflicts > 0) this.#ruleOut(candidate);
      if (isRight) this.#permitTags(candidate, by);
    }
  }

  #permitTags(candidate: Candidate, by: Candidate | undefined): void {
    if (by !== undefined) {
      candidate.tags |= by.tags;
    } else {
      candidate.tags |= this.#wishedTag;
      candidate.isTagPreferred = (candidate.repositories & this.#names.permitted(this.#wishedTag)) !== 0;
    }
    if ((candidate.repositories & this.#names.permitted(candidate.tags)) !== 0) candidate.isTagAllowed = true;
  }

  #requirersChanged(name: Name): void {
    this.#queueOpen(name);
    this.#recheckCompanions(name);
    this.#queueDirty(name);
  }

  #queueDirty(name: Name): void {
    if (name.isDirty || name.isLocked || (name.requirers === 0 && !name.recheckCompany)) return;
    name.isDirty = true;
    this.#dirty.push(name);
  }

  #queueOpen(name: Name, again = false): void {
    if (!name.isLocked) this.#open.update(name, again);
  }

  /** `by` is the package that has the dependency. */
  #fulfils(provider: Provider | undefined, dependency: ApkDependency, by: Candidate | undefined): boolean {
    return fulfils(provider, dependency, this.#rules.isApk3 ? by : undefined);
  }

  #ruleOut(candidate: Candidate): void {
    candidate.isSelectable = false;
    this.#recheckDependents(candidate.name);
    for (const { to } of candidate.provides) this.#recheckDependents(to);
    this.#recheckCompanionsOf(candidate);
  }

  #recheckDependents(name: Name): void {
    for (const dependent of name.dependents) {
      dependent.recheckDepends = true;
      this.#queueDirty(dependent);
    }
  }

  #recheckCompanions(name: Name): void {
    for (const companion of name.companions) {
      if (!companion.seen || companion.neverInvited) continue;
      companion.recheckCompany = true;
      this.#queueDirty(companion);
    }
  }

  #recheckCompanionsOf(candidate: Candidate): void {
    this.#recheckCompanions(candidate.name);
    if (!this.#rules.providedNamesInvite) return;
    for (const { to } of candidate.provides) this.#recheckCompanions(to);
  }

  #canBeSatisfied(by: Candidate, dependency: ApkDependency, name: Name): boolean {
    if (name.isLocked) return this.#fulfils(name.chosen, dependency, by);
    if (name.requirers === 0 && dependency.isConflict) return true;
    return name.providers.some(
      (provider) => provider.candidate.isSelectable && this.#fulfils(provider, dependency, by),
    );
  }

  #reconsider(name: Name): void {
    const { recheckDepends, recheckCompany } = name;
    name.recheckDepends = false;
    name.recheckCompany = false;
    const options: Provider[] = [];
    let isInvited = false;
    let neverInvited = true;
    let isChoosable = false;
    for (const provider of name.providers) {
      const { candidate } = provider;
      candidate.isMerged = false;
      if (recheckDepends && candidate.isSelectable) {
        const lost = candidate.depends.some(
          ({ dependency, to }) => !this.#canBeSatisfied(candidate, dependency, to),
        );
        if (lost) this.#ruleOut(candidate);
      }
      if (!candidate.isSelectable) continue;
      if (recheckCompany) this.#checkCompany(candidate);
      if (candidate.isInvited) isInvited = true;
      if (!candidate.isNotInvited) neverInvited = false;
      isChoosable ||= candidate.isInvited || (name.requirers > 0 && isChoosableAlone(provider));
      if (name.requirers === 0) continue;
      candidate.isMerged = true;
      options.push(provider);
    }
    name.hasOptions = options.length > 1 || options.some(({ candidate }) => !candidate.isTagAllowed);
    name.isInvited = isInvited;
    name.neverInvited = neverInvited;
    const isChanged = isChoosable !== name.isChoosable;
    name.isChoosable = isChoosable;
    if (!this.#rules.isApk3) this.#queueOpen(name);
    if (options.length > 0) {
      for (const { candidate } of name.providers) candidate.isUsed = candidate.isMerged;
      this.#requireCommon(options.map(({ candidate }) => candidate));
      this.#excludeUncommon(name, options);
    }
    name.dependentsDone = name.dependents.every((dependent) => !dependent.seen || dependent.isLocked);
    if (this.#rules.isApk3) this.#queueOpen(name, isChanged);
  }

  #checkCompany(candidate: Candidate): void {
    if (!candidate.isInvited && !candidate.isNotInvited) {
      const open = candidate.installIf.find(
        ({ dependency, to }) => !to.isLocked || !this.#fulfils(to.chosen, dependency, candidate),
      );
      if (this.#rules.isApk3 && open?.dependency.isConflict === true && !open.to.isLocked) {
        open.to.decidesCompany = true;
        this.#queueOpen(open.to);
      }
      candidate.isInvited = open === undefined;
      candidate.isNotInvited = open?.to.isLocked === true;
    }
    if (!candidate.isInvited) return;
    for (const { to } of candidate.installIf) this.#permitTags(candidate, to.chosen?.candidate);
  }

  /** What all options depend on is needed whichever is taken. */
  #requireCommon(options: readonly Candidate[]): void {
    const [first, ...others] = options as [Candidate, ...Candidate[]];
    const common = new Set(needed(first));
    for (const other of others) {
      const theirs = new Set(needed(other));
      for (const name of common) if (!theirs.has(name)) common.delete(name);
    }
    for (const { dependency, to } of first.depends) {
      if (!common.delete(to)) continue;
      if (others.length === 0) {
        this.#constrain(first, dependency, to);
      } else if (to.requirers === 0) {
        to.requirers++;
        this.#requirersChanged(to);
        for (const { candidate } of to.providers) this.#permitTags(candidate, first);
      }
    }
  }

  /** A name that all options provide can't be provided by anything that isn't an option. */
  #excludeUncommon(name: Name, options: readonly Provider[]): void {
    const [first, ...others] = options as [Provider, ...Provider[]];
    const common = answersOf(first);
    for (const other of others) {
      const theirs = answersOf(other);
      for (const [answer, isVirtual] of common) {
        const also = theirs.get(answer);
        if (also === undefined) common.delete(answer);
        else common.set(answer, isVirtual || also);
      }
    }
    for (const answer of [first.candidate.name, ...first.candidate.provides.map(({ to }) => to)]) {
      const isVirtual = common.get(answer);
      if (isVirtual === undefined) continue;
      common.delete(answer);
      if (answer !== name) this.#excludeOthers(answer, name, isVirtual);
    }
  }

  #excludeOthers(name: Name, mustProvide: Name, isVirtual: boolean): void {
    for (const { candidate, version } of name.providers) {
      if (candidate.name === mustProvide || !candidate.isSelectable) continue;
      if (isVirtual && version === undefined) continue;
      const answers = candidate.provides.some(
        ({ dependency, to }) => to === mustProvide || (isVirtual && dependency.version === undefined),
      );
      if (!answers) this.#ruleOut(candidate);
    }
  }

  #decide(name: Name): void {
    let chosen: Provider | undefined;
    for (const provider of name.providers) {
      const { candidate } = provider;
      if (name.requirers === 0 && !(candidate.isInvited && candidate.isTagAllowed)) continue;
      if (name.requirers === 0 && this.#rules.ruledOutStaysOut && !candidate.isSelectable) continue;
      const isLone = this.#rules.loneProviderChosen && name.providers.length === 1;
      if (!isLone && !isChoosableAlone(provider)) continue;
      if (chosen === undefined || comparePreference(provider, chosen) > 0) chosen = provider;
    }
    if (chosen === undefined) {
      this.#assign(name, undefined);
      if (name.requirers > 0) this.errors++;
      return;
    }
    const { candidate } = chosen;
    if (!candidate.isSelectable || !candidate.isTagAllowed) this.markBroken(candidate);
    this.#assign(candidate.name, { candidate, version: candidate.package.version });
    for (const { dependency, to } of candidate.provides)
      this.#assign(to, { candidate, version: dependency.version });
    for (const { dependency, to } of candidate.depends) this.#constrain(candidate, dependency, to);
  }

  #assign(name: Name, provider: Provider | undefined): void {
    if (name.isLocked) {
      // Two that provide the bare name may stand side by side.
      if (provider?.version === undefined && name.chosen?.version === undefined) return;
      this.markBroken(provider?.candidate);
      this.markBroken(name.chosen?.candidate);
      return;
    }
    name.isLocked = true;
    name.chosen = provider;
    name.isDirty = false;
    this.#open.remove(name);
    if (this.#rules.isApk3 && name.requirers === 0 && provider?.candidate.isInvited === true) {
      const { candidate } = provider;
      for (const { dependency, to } of candidate.installIf)
        if (!to.isLocked) this.#constrain(candidate, dependency, to);
    }
    for (const { candidate, version } of name.providers) {
      if (candidate === provider?.candidate) continue;
      if (provider?.version === undefined && version === undefined) continue;
      this.#ruleOut(candidate);
    }
    this.#recheckDependents(name);
    if (provider === undefined) this.#recheckCompanions(name);
    else if (this.#rules.providedNamesInvite) this.#recheckCompanionsOf(provider.candidate);
    else this.#recheckCompanions(name);
  }
}

/** A name that is provided without a version leads to no package by itself, unless that package says how willing it is. */
function isChoosableAlone({ candidate, version }: Provider): boolean {
  return version !== undefined || candidate.package.priority !== 0 || candidate.name.requirers > 0;
}

function needed({ depends }: Candidate): Name[] {
  return depends.filter(({ dependency }) => !dependency.isConflict).map(({ to }) => to);
}

/** The names it answers to, and whether it does so without a version. */
function answersOf({ candidate, version }: Provider): Map<Name, boolean> {
  const answers = new Map([[candidate.name, version === undefined]]);
  for (const { dependency, to } of candidate.provides) {
    if (!answers.has(to)) answers.set(to, dependency.version === undefined);
  }
  return answers;
}

/** Above 0 where the first is the better answer to the name that both answer to. */
function comparePreference(a: Provider, b: Provider): number {
  const [one, other] = [a.candidate, b.candidate];
  return (
    Number(one.isSelectable) - Number(other.isSelectable) ||
    Number(one.isUsed) - Number(other.isUsed) ||
    other.conflicts - one.conflicts ||
    Number(one.isTagAllowed) - Number(other.isTagAllowed) ||
    Number(one.isTagPreferred) - Number(other.isTagPreferred) ||
    (a.version === undefined || b.version === undefined ? 0 : compareApkVersions(a.version, b.version)) ||
    (one.name === other.name ? compareApkVersions(one.package.version, other.package.version) : 0) ||
    one.package.priority - other.package.priority ||
    lowestBit(other.repositories) - lowestBit(one.repositories)
  );
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
