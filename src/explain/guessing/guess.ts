/**
 * A second look at a log in which nothing known was found: what its complaints speak of, by words that many tools use. What
 * is told so is a guess, and never surer than one.
 */
import type { Sighting } from '../log-search.ts';
import { readGuesses, type Guess } from './guesses.ts';

/** Lines that say that something failed, and those that may say what. */
export const complaints: readonly RegExp[] = [
  /error|fatal|\bfail|\bcannot\b|\bcan't\b|\bcould ?n[o']t\b|\bunable\b|\bdenied\b|\bpanic|\babort|\bnot found\b|\bmissing\b|exception|\bkilled\b|\bcritical\b|\brequired\b|\bor (?:higher|newer|later|greater|above)\b|\btoo old\b|\bunsupported\b|\bunrecogni[sz]ed\b|\bno such\b|\binvalid\b/,
  /\bnot\b|n't\b|\bno \w|\bdiffer|\bwrong\b|\bterminated\b|\bunknown\b|\brefused\b|\bmismatch|\bcorrupt|\bexceed|\bexpired\b|\btoo (?:new|many|low|small)\b|\bout[ -]of\b|\bat least\b|\brequire|\bmust\b|\bneeds?\b|\blocked\b|\bin use\b|\bbusy\b|\bsegfault|\bsignal\b|\btimed? ?out\b|\bundefined\b|\bexpected\b|\binsufficient\b|\bplease\b|\bclosed\b|\bcancell?ed\b|\bread-only\b|\billegal\b|\buntrusted\b/,
];

export interface Guessed {
  readonly class: string;
  readonly confidence: number;
  readonly sightings: readonly Sighting[];
}

const ofSpecialWords = 0.55;
const ofGeneralWords = 0.45;
/** Of a line, so much is looked at, which bounds the time that it can take. */
const longest = 400;
/** More would be a list of words, not an answer. */
const mostGuesses = 3;

const failsPlainly = new RegExp(complaints[0]!.source, 'i');

/** What compilers, linters, programs of tests and traces say of the project's own work, and what its users mistype. */
const ownWork =
  /^(?:error: |\[?error\]? )?\S*\.(?:c|cc|cpp|cxx|h|hh|hpp|rs|go|tsx?|jsx?|mjs|vue|svelte|py|rb|java|kts?|scala|swift|zig|cs|fs|php|hs|mli?|exs?|erl|lua|dart|nim|jl|f90|s|d|vb|proto|css|scss|html|md|ya?ml|json|toml|sql)['"]?[:(,]\s?(?:line )?\d+|^\s*at \S+|^\s+-->|^\.{1,2}\/\S+:\d+|file:\/\/\/|\b(?:TS|CS|FS)\d{4}\b|\berror\[E\d+\]|\bassert(?:ion)?(?:Error)?\b|\bexpect\(|^\s*tests?\b|\btests? (?:failed|case|suite|result|timeout)|\bFAILED \S*test|\bsyntax error\b|\b(?:Type|Reference|Name|Load|Key)Error\b|\bNullPointer|\bClassNotFound|(?:\bno such|\bunknown) command\b|^error command "/i;

/** What is only told beside the work, what people say of it, and commands, which name files. */
const aside =
  /^\W*(?:warn(?:ing)?|notice|info|debug|trace|hint|help|todo|docs?|readme|verbose|silly)\b|^note\b|: warning:|^[ID]: |^-- |^[WID] \S+:\d+\]|^\+\*|^\s*--\w|\bWARN\b|\boptional feature|\b(?:debconf|invoke-rc\.d)\b|\bsudo: unable to resolve|^(?:does|do|is|are|has|have|how|why|what|can|should)\b.*\?$|\bexplain\w*:|\banyone\b|\b(?:because|when|if) my\b|\bthrows an error\b|\bdid not complete successfully: exit code: (?!137)|^\s*(?:ar|ranlib|strip|ld|install|mkdir|cp|mv|rm|cd|ln|tar|make) [^:]*$|^Compiler for \S+ supports |^Has (?:header|function|argument)|\bcould not apply [0-9a-f]{7,}\.\.\./i;

/** One sentence after another. */
const prose = /[a-z]\. [A-Z]/;

export function guessAt(complaining: readonly Sighting[]): readonly Guessed[] {
  const found = new Map<string, Guessed>();
  for (const sighting of complaining) {
    const text = sighting.text.slice(0, longest);
    const small = text.toLowerCase();
    const guess = guessOf(text, small);
    if (guess === undefined) continue;
    const { class: name, of } = guess;
    const seen = { ...sighting, ...of[0]!.placeIn(text, small) };
    const { confidence, sightings } = found.get(name) ?? { confidence: 0, sightings: [] };
    const sure = guess.isSpecial ? ofSpecialWords : ofGeneralWords;
    found.set(name, {
      class: name,
      confidence: Math.max(confidence, sure),
      sightings: [...sightings, seen],
    });
  }
  return [...found.values()].slice(0, mostGuesses);
}

function guessOf(text: string, small: string): Guess | undefined {
  if (aside.test(text)) return undefined;
  const isOwnWork = ownWork.test(text);
  const isPlain = failsPlainly.test(text);
  if (!isPlain && prose.test(text)) return undefined;
  guesses ??= readGuesses();
  return guesses.find(
    ({ isSpecial, inSource, of, not }) =>
      (isSpecial || isPlain) &&
      (inSource || !isOwnWork) &&
      of.every((words) => words.areIn(text, small)) &&
      !not.some((words) => words.areIn(text, small)),
  );
}

/** Read when they are needed first: few logs need them. */
let guesses: readonly Guess[] | undefined;
