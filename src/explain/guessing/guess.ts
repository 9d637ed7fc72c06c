/**
 * A second look at a log in which nothing known was found: what its complaints speak of, by words that many tools use. What
 * is told so is a guess, and never surer than one.
 */
import { anyOf } from '../log-line.ts';
import type { Sighting } from '../sightings.ts';
import { readGuesses, type Guess } from './guesses.ts';

/** Lines that say that something failed, and those that may say what. */
export const complaints: readonly RegExp[] = [
  /error|fatal|\bfail|\bcannot\b|\bcan't\b|\bcould ?n[o']t\b|\bunable|\bdenied\b|\bpanic|\babort|\bnot found\b|\bmissing\b|exception|\bkilled\b|\bcritical\b|\bERR!|\bterminate|\bbad_alloc\b|\boom[- ]?(?:kill|reaper)|\b137\b|\brequired\b|\bor (?:higher|newer|later|greater|above)\b|\btoo old\b|\bunsupported\b|\bunrecogni[sz]ed\b|\bno such\b|\binvalid\b/,
  /\bnot\b|n't\b|\bno \w|\bdiffer|\bwrong\b|\bterminated\b|\bunknown\b|\brefused\b|\bmismatch|\bcorrupt|\bexceed|\bexpired\b|\btoo (?:new|many|low|small)\b|\bout[ -]of\b|\bat least\b|\brequire|\bmust\b|\bneeds?\b|\blocked\b|\bin use\b|\bbusy\b|\bsegfault|\bsignal\b|\btimed? ?out\b|\bundefined\b|\bexpected\b|\binsufficient\b|\bplease\b|\bclosed\b|\bcancell?ed\b|\bread-only\b|\billegal\b|\buntrusted\b|\btoo many\b|\bfuture\b|\bskew|\bEOL\b|\bend[- ]of[- ]life\b|\bunmet\b|\bmisbehaving\b|\bbad address\b|\bexhaust|\bneither\b|\bminimum\b|\blower than\b|\bolder\b|\boutdated\b|\bE(?:MFILE|NFILE|PERM|ACCES|NOSPC|ROFS|NOSYS)\b|\bunresolved/,
];

export interface Guessed {
  readonly class: string;
  readonly confidence: number;
  readonly sightings: readonly Sighting[];
}

/** So often such words are right where nothing better is known. */
const confidence = 0.55;
/** Of a line, so much is looked at, which bounds the time that it can take. */
const longest = 400;
/** More would be a list of words, not an answer. */
const mostGuesses = 3;

const failsPlainly = anyOf('i', [complaints[0]!]);

/** What is said of the project's own work. */
const ownWork = anyOf('i', [
  // By compilers and linters, of a line of source.
  /^(?:error: |\[?error\]? )?\S*\.(?:c|cc|cpp|cxx|h|hh|hpp|rs|go|tsx?|jsx?|mjs|vue|svelte|py|rb|java|kts?|scala|swift|zig|cs|fs|php|hs|mli?|exs?|erl|lua|dart|nim|jl|f90|s|d|vb|proto|css|scss|html|md|ya?ml|json|toml|sql)['"]?[:(,]\s?(?:line )?\d+/,
  /^\s+-->|^\.{1,2}\/(?!\S*(?:meson\.build|CMakeLists|configure))\S+:\d+|file:\/\/\/|\b(?:TS|CS|FS)\d{4}\b|\berror\[E\d+\]|\bsyntax error\b/,
  // By programs of tests.
  /\bassert(?:ion)?(?:Error)?\b|\bexpect\(|^\s*tests?\b|\btest ['"`]|\btests? (?:failed|case|suite|result|timeout)|\bFAILED \S*test/,
  // By an interpreter, of a program that ran.
  /^\s*at \S+|\b(?:Type|Reference|Name|Load|Key)Error\b|\bNullPointer|\bClassNotFound/,
  // Of what a user mistyped.
  /(?:\bno such|\bunknown(?: cmake)?) command\b|^error command "/,
]);

/** What is no complaint of a failure, though it has the words of one. */
const aside = anyOf('i', [
  /^\W*(?:warn(?:ing)?|notice|info|debug|trace|hint|help|todo|docs?|readme|verbose|silly)\b|^note\b|^[ID]: |^[WID] \S+:\d+\]/,
  /: warning:|\bWARN\b|\boptional feature|\b(?:debconf|invoke-rc\.d)\b|\bsudo: unable to resolve/,
  // A probe, and what it found.
  /^-- |: (?:yes|no)(?: \(.*\))?\s*$/,
  // What people say and ask.
  /^(?:does|do|is|are|has|have|how|why|what|can|should)\b.*\?$|\bexplain\w*:|\banyone\b|\b(?:because|when|if) my\b|\bthrows an error\b/,
  // A change, its title, an option's description.
  /^\+\*|\bcould not apply [0-9a-f]{7}|^\s*--\w/,
  // A command, which names files, and that one failed.
  /^\s*(?:ar|ranlib|strip|ld|install|mkdir|cp|mv|rm|cd|ln|tar|make) [^:]*$|\bdid not complete successfully: exit code: (?!137)/,
]);

/** One sentence after another, at length. */
const prose = /^(?=.{120}).*[a-z]\. [A-Z]/;

export function guessAt(complaining: readonly Sighting[]): readonly Guessed[] {
  const found = new Map<string, Guessed>();
  for (const sighting of complaining) {
    const text = sighting.text.slice(0, longest);
    const small = text.toLowerCase();
    const guess = guessOf(text, small);
    if (guess === undefined) continue;
    const { class: name, of } = guess;
    const { line, quoted } = sighting;
    const seen = { line, text: sighting.text, quoted, groups: {}, ...of[0]!.placeIn(text, small)! };
    found.set(name, { class: name, confidence, sightings: [...(found.get(name)?.sightings ?? []), seen] });
  }
  return [...found.values()].slice(0, mostGuesses);
}

function guessOf(text: string, small: string): Guess | undefined {
  if (aside.test(text)) return undefined;
  const isOwnWork = ownWork.test(text);
  if (prose.test(text) && !failsPlainly.test(text)) return undefined;
  guesses ??= readGuesses();
  return guesses.find(
    ({ inSource, of, not }) =>
      (inSource || !isOwnWork) &&
      of.every((words) => words.areIn(text, small)) &&
      !not.some((words) => words.areIn(text, small)),
  );
}

/** Read when they are needed first: few logs need them. */
let guesses: readonly Guess[] | undefined;
