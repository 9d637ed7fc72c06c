/**
 * From what was seen in a log to what is known of it. Every class whose signs hold is a suspect; one that comes before what
 * it is known to bring about explains it; of those that are left the earliest sure one is the root cause. Lines that only
 * repeat that something failed (`make: *** Error 1`, `exit code: 2`) belong to no class, so none is taken for a cause. Where no
 * sign holds, a cause is guessed by the words of what is complained of (`guessing/`).
 */
import type { Worker } from 'node:worker_threads';
import type { Cure, DistroFamily, FailureClass, Sign } from './failure-class.ts';
import { filled } from './filled.ts';
import { complaints, guessAt } from './guessing/guess.ts';
import { searchedParts, type Log } from './log-parts.ts';
import { searchPart, type SearchedPart } from './log-search.ts';
import { inPlace, type LogPlace } from './package-names.ts';
import { PatternSet } from './pattern-set.ts';
import { Pattern } from './pattern/pattern.ts';
import { Sightings, type Sighting } from './sightings.ts';
import {
  distroSigns,
  endsWell,
  failed,
  isIgnored,
  teaches,
  testReport,
  testReportEnd,
  triesAgain,
  wentWell,
} from './surroundings.ts';
import type { WordsFound } from './words-found.ts';

export interface FoundCause {
  readonly class: string;
  /** Between 0 and 1. */
  readonly confidence: number;
  readonly cause: string;
  /** The next step, in the environment that the log shows. */
  readonly cure: string;
  /** The lines by which it was found; the first one first. */
  readonly evidence: readonly Sighting[];
  /** What followed from it. */
  readonly consequences: readonly Consequence[];
  /** What else brings about the same words, and what would decide. */
  readonly candidates: readonly { readonly class: string; readonly decides: string }[];
  /** What this machine, asked about it, says; nothing where it wasn't asked. */
  readonly asked: readonly MachineAnswer[];
  readonly references: readonly string[];
  /** What is in a cache of the step is wrong. */
  readonly blamesCaches: boolean;
  /** Nothing that is known was found: it is what such words are usually said of. */
  readonly guessed: boolean;
}

export interface MachineAnswer {
  /** The cause that was looked for. */
  readonly class: string;
  /** The doctor's check. */
  readonly check: string;
  /** Whether it found what would bring about the failure. */
  readonly agrees: boolean;
  readonly found: string;
}

interface Consequence {
  readonly class: string;
  readonly line: number;
}

export interface Explanation {
  /** The root cause first. */
  readonly findings: readonly FoundCause[];
  readonly lines: number;
}

/** What is known besides the log. */
export interface Known {
  /** That of the environment in which the step ran; undefined for a log of unknown origin. */
  readonly environment?: DistroFamily | undefined;
  /** That of its sysroot, where it has one. */
  readonly sysroot?: DistroFamily | undefined;
}

interface Suspect {
  readonly failure: FailureClass;
  /** The sign that makes it most likely; undefined for a guess. */
  readonly sign: Sign | undefined;
  readonly sightings: readonly Sighting[];
  readonly line: number;
  readonly confidence: number;
  /** Whether it was only said where another try was announced, which may have gone well. */
  readonly isTriedAgain: boolean;
}

const mostEvidence = 5;
/** A class that is less sure comes after one that is more so, wherever it was seen. */
const sureEnough = 0.6;
const unsaid = 0.9;
const theOutcome = [...endsWell, ...wentWell, ...failed];
const theDistros = Object.values(distroSigns);
/** So far reaches what is told of one test. */
const reportLines = 25;
/** That there will be another try is said in so many lines. */
const retryLines = 2;
/** So far around what a page that teaches says of a failure are the words of it. */
const lessonLines = 6;
/** Streams of one program are mixed, and some tell the cause last: it may be printed shortly after what it brought about. */
const mixedLines = 12;

export interface ExplainerOptions {
  readonly found?: WordsFound;
  /** A thread that answers each part of a log with what one with the same classes finds in it. */
  readonly startThread?: () => Worker;
}

export class Explainer {
  readonly #classes: readonly FailureClass[];
  readonly #set: PatternSet;
  /** By pattern; where two say the same, it is one place. */
  readonly #places = new Map<RegExp, number>();
  readonly #unless = new Map<string, Pattern>();
  /** Undefined where there are none to start. */
  readonly startThread: (() => Worker) | undefined;

  constructor(classes: readonly FailureClass[], { found, startThread }: ExplainerOptions = {}) {
    this.#classes = classes;
    this.startThread = startThread;
    const signs = classes.flatMap(({ signs }) => signs);
    const around = [
      ...signs.flatMap(({ beside, without }) => [beside ?? [], without ?? []].flat()),
      ...theOutcome,
      ...theDistros,
      triesAgain,
      isIgnored,
      testReport,
      testReportEnd,
      teaches,
      ...complaints,
    ];
    const bySource = new Map<string, number>();
    for (const pattern of [...around, ...signs.map(({ says }) => says)]) {
      const place = bySource.get(pattern.source) ?? bySource.size;
      bySource.set(pattern.source, place);
      this.#places.set(pattern, place);
    }
    const ofAround = new Set(around.map(({ source }) => source));
    this.#set = new PatternSet(
      [...bySource.keys()].map((source) => ({ source, around: ofAround.has(source) })),
      found,
    );
    for (const { unless } of signs)
      if (unless !== undefined) this.#unless.set(unless.source, new Pattern(unless.source));
  }

  /** What the next one needn't find out. */
  get words(): WordsFound {
    const { patterns, words } = this.#set;
    return Object.fromEntries(patterns.map(({ source }, at) => [source, words[at]!]));
  }

  async explain(log: Log, known: Known = {}): Promise<Explanation> {
    const sightings = new Sightings(this.#set);
    let ended = 0;
    let isEnded = true;
    for await (const part of searchedParts(log, this)) {
      sightings.add(part.kept, ended);
      ended += part.ends;
      isEnded = part.isEnded;
    }
    const all = sightings.all();
    const seen = (pattern: RegExp) => all[this.#places.get(pattern)!]!;
    return { findings: this.#judge(seen, known), lines: ended + (isEnded ? 0 : 1) };
  }

  /** What a part of a log says of the known failures. */
  search(part: Uint8Array): SearchedPart {
    return searchPart(this.#set, Buffer.from(part.buffer, part.byteOffset, part.length));
  }

  /** The same with one of its candidates as the cause, where something else than the log has told so. */
  instead(finding: FoundCause, name: string, { environment, sysroot }: Known = {}): FoundCause {
    const failure = this.#classes.find((one) => one.class === name)!;
    const groups = groupsOf(finding.evidence);
    const place = { distro: environment, isEnvironment: environment !== undefined, sysroot };
    const rest = finding.candidates.filter((one) => one.class !== name);
    return {
      ...finding,
      class: name,
      cause: filled(failure.cause, groups, place),
      cure: inPlace(filled(cureFor(failure.cure, environment), groups, place), place),
      candidates: [{ class: finding.class, decides: 'what is found here is mended, and it stays' }, ...rest],
      references: failure.references,
      blamesCaches: failure.blamesCaches === true,
      guessed: false,
    };
  }

  #judge(seen: Seen, { environment, sysroot }: Known): FoundCause[] {
    const outcome = outcomeOf(seen);
    const known = this.#classes.flatMap((failure) => this.#suspect(failure, seen, outcome));
    const suspects = known.length > 0 ? known : this.#guess(seen, outcome);
    const causeOf = causesOf(suspects);
    const roots = suspects.filter((suspect) => causeOf.get(suspect) === undefined);
    return roots.sort(byLikelihood).map((root) => {
      const consequences = suspects
        .filter((suspect) => rootOf(suspect, causeOf) === root && suspect !== root)
        .map(({ failure, line }) => ({ class: failure.class, line }));
      const isEnvironment = environment !== undefined;
      const distro = environment ?? distroNear(root.line, seen);
      return findingOf(root, consequences, { distro, isEnvironment, sysroot });
    });
  }

  #suspect(failure: FailureClass, seen: Seen, outcome: Outcome): Suspect[] {
    const bySign = failure.signs
      .filter(({ says }) => seen(says).length > 0)
      .map((sign) => ({ sign, sightings: this.#holding(sign, seen, outcome) }))
      .filter(({ sightings }) => sightings.length > 0);
    if (bySign.length === 0) return [];
    const best = bySign.reduce((a, b) => (sureness(b.sign) > sureness(a.sign) ? b : a));
    const sightings = bySign.flatMap(({ sightings }) => sightings).sort((a, b) => a.line - b.line);
    const distinct = sightings.filter(({ line }, at) => line !== sightings[at - 1]?.line);
    const isTriedAgain = sightings.every(({ line }) => outcome.isTriedAgain(line));
    const confidence = sureness(best.sign);
    return [
      { failure, sign: best.sign, sightings: distinct, line: distinct[0]!.line, confidence, isTriedAgain },
    ];
  }

  #guess(seen: Seen, outcome: Outcome): Suspect[] {
    const ofFailure = ({ quoted, line }: Sighting) =>
      !quoted && !outcome.wasWell(line) && !outcome.isOfTest(line) && !outcome.isOfLesson(line);
    const byLine = new Map(complaints.flatMap(seen).map((sighting) => [sighting.line, sighting]));
    const lines = [...byLine.values()].filter(ofFailure).sort((a, b) => a.line - b.line);
    return guessAt(lines).flatMap(({ class: name, confidence, sightings }) => {
      const failure = this.#classes.find((one) => one.class === name);
      if (failure === undefined) return [];
      const isTriedAgain = sightings.every(({ line }) => outcome.isTriedAgain(line));
      return [{ failure, sign: undefined, sightings, line: sightings[0]!.line, confidence, isTriedAgain }];
    });
  }

  #holding(sign: Sign, seen: Seen, outcome: Outcome): readonly Sighting[] {
    const { says, unless, beside, without, within = Infinity, soft } = sign;
    const near = (pattern: RegExp, { line }: Sighting) =>
      seen(pattern).some((other) => Math.abs(other.line - line) <= within);
    return seen(says).filter(
      (sighting) =>
        !sighting.quoted &&
        (unless === undefined || !this.#says(unless, sighting)) &&
        (beside === undefined || near(beside, sighting)) &&
        (without === undefined || !near(without, sighting)) &&
        ((soft === undefined && !outcome.isTriedAgain(sighting.line)) || !outcome.wasWell(sighting.line)) &&
        !outcome.allWentWell(sighting.line) &&
        !outcome.isOfTest(sighting.line) &&
        !outcome.isOfLesson(sighting.line),
    );
  }

  #says({ source }: RegExp, { text }: Sighting): boolean {
    return this.#unless.get(source)!.test(Buffer.from(text));
  }
}

type Seen = (pattern: RegExp) => readonly Sighting[];

interface Outcome {
  /** Whether work went well after the line, and nothing is said to have failed. */
  wasWell(line: number): boolean;
  /** Whether the whole build went well after the line. */
  allWentWell(line: number): boolean;
  /** Whether another try is announced there. */
  isTriedAgain(line: number): boolean;
  /** Whether the line is told of a test that failed. */
  isOfTest(line: number): boolean;
  /** Whether the line is of a page that teaches. */
  isOfLesson(line: number): boolean;
}

function outcomeOf(seen: Seen): Outcome {
  const retries = seen(triesAgain).map(({ line }) => line);
  const lastLine = (patterns: readonly RegExp[], isLeftOut: (line: number) => boolean = () => false) => {
    const last = (pattern: RegExp) =>
      seen(pattern).findLast(({ quoted, line }) => !quoted && !isLeftOut(line))?.line ?? 0;
    return Math.max(0, ...patterns.map(last));
  };
  const ignored = seen(isIgnored).map(({ line }) => line);
  const whole = lastLine(wentWell);
  const well = Math.max(whole, lastLine(endsWell));
  const ill = lastLine(failed, (line) => retries.includes(line));
  const lessons = seen(teaches).map(({ line }) => line);
  const ends = seen(testReportEnd).map(({ line }) => line);
  const reports = seen(testReport).map(({ line }) => {
    const end = ends.find((other) => other > line) ?? Infinity;
    return { from: line, to: Math.min(end, line + reportLines) };
  });
  return {
    wasWell: (line) => well > line && ill <= line,
    allWentWell: (line) => whole > line && ill <= line,
    isTriedAgain: (line) =>
      ignored.includes(line - 1) || retries.some((retry) => retry >= line && retry <= line + retryLines),
    isOfTest: (line) => reports.some(({ from, to }) => line >= from && line < to),
    isOfLesson: (line) => lessons.some((lesson) => Math.abs(lesson - line) <= lessonLines),
  };
}

function sureness({ sure = unsaid }: Sign): number {
  return sure;
}

function explainsIt(cause: Suspect, suspect: Suspect): boolean {
  if (cause === suspect || cause.failure.explains?.includes(suspect.failure.class) !== true) return false;
  return cause.line <= suspect.line + mixedLines;
}

/** Where two can each bring about the other, the likelier one is taken for the cause. */
function causesOf(suspects: readonly Suspect[]): ReadonlyMap<Suspect, Suspect> {
  const causeOf = new Map<Suspect, Suspect>();
  for (const suspect of suspects.toSorted(byLikelihood).reverse()) {
    const cause = suspects.find((other) => explainsIt(other, suspect) && rootOf(other, causeOf) !== suspect);
    if (cause !== undefined) causeOf.set(suspect, cause);
  }
  return causeOf;
}

function rootOf(suspect: Suspect, causeOf: ReadonlyMap<Suspect, Suspect>): Suspect {
  let at = suspect;
  for (let cause = causeOf.get(at); cause !== undefined; cause = causeOf.get(at)) at = cause;
  return at;
}

function byLikelihood(a: Suspect, b: Suspect): number {
  const sure = Number(b.confidence >= sureEnough) - Number(a.confidence >= sureEnough);
  const last = Number(a.isTriedAgain) - Number(b.isTriedAgain);
  return last || sure || a.line - b.line || b.confidence - a.confidence;
}

/** Of several distros in one log, the one that the lines around are of. */
function distroNear(line: number, seen: Seen): DistroFamily | undefined {
  const distances = (Object.keys(distroSigns) as DistroFamily[]).map((family) => ({
    family,
    distance: Math.min(...seen(distroSigns[family]).map((sighting) => Math.abs(sighting.line - line))),
  }));
  const [nearest] = distances.sort((a, b) => a.distance - b.distance);
  return nearest!.distance === Infinity ? undefined : nearest!.family;
}

function findingOf(
  { failure, sign, sightings, confidence }: Suspect,
  consequences: readonly Consequence[],
  place: LogPlace,
): FoundCause {
  const groups = groupsOf(sightings);
  const words = (text: string) => filled(text, groups, place);
  return {
    class: failure.class,
    confidence,
    cause: words(sign?.cause ?? failure.cause),
    cure: inPlace(words(cureFor(sign?.cure ?? failure.cure, place.distro)), place),
    evidence: sightings.slice(0, mostEvidence),
    consequences,
    candidates: failure.candidates ?? [],
    asked: [],
    references: failure.references,
    blamesCaches: failure.blamesCaches === true,
    guessed: sign === undefined,
  };
}

/** What the first ones said goes before what later ones did. */
function groupsOf(sightings: readonly Sighting[]): Sighting['groups'] {
  return Object.assign({}, ...sightings.map(({ groups }) => groups).reverse()) as Sighting['groups'];
}

function cureFor(cure: Cure, distro: DistroFamily | undefined): string {
  if (typeof cure === 'string') return cure;
  return (distro === undefined ? undefined : cure[distro]) ?? cure.any;
}
