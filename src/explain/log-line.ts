/**
 * What a program said in one line of a log, without what carried it here: colours, carriage returns, and the prefixes of
 * BuildKit, GitHub Actions, GitLab, Jenkins, compose and ourselves. Only for lines in which something was found.
 */
const escape = 0x1b;
export const carriageReturn = 13;
const backslash = 0x5c;
/** A carriage return, as it is shown. */
const caret = 0x5e;
const letterM = 0x4d;

/** Bytes that have a line cleaned before it is searched; of the curly quotation marks the first. */
export const dirtyBytes: readonly number[] = [escape, carriageReturn, backslash, 0xe2];

/**
 * Writes the bytes without escape sequences, with straight quotation marks, also those that were written inside of others;
 * parts that overwrite each other are told apart. That takes at most twice the place; told is where it ends.
 */
export function cleanLine(
  bytes: Buffer,
  line: Stretch,
  { into, start }: { into: Buffer; start: number },
): number {
  let end = start;
  for (let at = line.start; at < line.end; at++) {
    const byte = bytes[at]!;
    if (byte === escape) at = endOfSequence(bytes, at, line.end);
    else if (byte === backslash && isEscapedQuote(bytes, at)) continue;
    else if (byte === 0xe2 && bytes[at + 1] === 0x80 && isQuote(bytes[at + 2])) {
      into[end++] = bytes[at + 2]! < 0x9c ? 0x27 : 0x22;
      at += 2;
    } else if (byte !== carriageReturn) into[end++] = byte;
    else if (isPartOfMessage(bytes[at + 1])) {
      into[end++] = caret;
      into[end++] = letterM;
    }
    // One that ends a line says nothing.
    else if (at < line.end - 1) into[end++] = carriageReturn;
  }
  return end;
}

/** Of bytes, one line: what is before and after it is of others, or ends it. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** `exec: \\"sh\\"`, as a message in a message has it. */
function isEscapedQuote(bytes: Uint8Array, at: number): boolean {
  const next = bytes[at + 1];
  return next === 0x22 || next === 0x27 || (next === backslash && isEscapedQuote(bytes, at + 1));
}

function isQuote(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x98 && byte <= 0x9f;
}

/** A name that was read with its carriage return is followed by the rest of the message: `'bash\r': No such file`. */
function isPartOfMessage(byte: number | undefined): boolean {
  return byte === 0x27 || byte === 0x22 || byte === 0x3a || byte === 0x60;
}

/** The last byte of the escape sequence that begins at `at`. */
function endOfSequence(bytes: Uint8Array, at: number, endOfLine: number): number {
  const kind = bytes[at + 1];
  let end = at + 2;
  if (kind === 0x5b) {
    while (end < endOfLine && (bytes[end]! < 0x40 || bytes[end]! > 0x7e)) end++;
    return end;
  }
  if (kind !== 0x5d) return at + 1;
  while (end < endOfLine && bytes[end] !== 7 && bytes[end] !== escape) end++;
  return bytes[end] === escape ? end + 1 : end;
}

const prefix = anyOf('', [
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?:? (?:\d\d[OE][ +])?/,
  /^\[?\d\d:\d\d:\d\d(?:\.\d+)?\]? /,
  /^#\d+ (?:\d+\.\d+ )?/,
  /^[^\t]{1,80}\t[^\t]{1,120}\t(?=\d{4}-\d\d-)/,
  /^(?:INFO|WARN|ERRO|FATA|DEBU)\[\d+\] +/,
  /^\d+\.\d{1,3} (?=\s*\S)/,
  /^=> (?:=> )?(?:# )?/,
  // What a tool shows of one that it ran.
  /^::(?: {2,}::)* {2,}/,
  /^##\[(?:error|warning)\]/,
  /^::(?:error|warning)[^:]*::/,
  // A build tool, a service, and the log of a system.
  /^(?:\[(?:ERROR|FATAL|INFO|DEBUG|WARN(?:ING)?|stderr|stdout)\] \s*(?=\S)|(?:stderr|stdout): (?=\S)|time="[^"]{10,40}" level=\w+ msg="|\{"log":"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]+ [\w./-]+(?:\[\d+\])?: )/,
  /^[A-Za-z][\w.+-]*(?: [\w.+-]+){0,3} +\| ?(?=\s*\S)/,
]);

/** The parts of a line in which a prefix can be, each. */
const longestPrefix = 200;
const longestPrefixes = 400;

/** What the program said, without what carried it and the blanks after it, which come of copying. */
export function messageIn(bytes: Buffer, start: number, end: number): Stretch {
  let from = start;
  if (mayHavePrefix(bytes, start, end)) {
    const text = bytes.toString('latin1', start, Math.min(end, start + longestPrefixes));
    from += prefixesLength(text);
  }
  let to = end;
  while (to > from && (bytes[to - 1] === 32 || bytes[to - 1] === 9)) to--;
  return { start: from, end: to };
}

/** Of a name that a bar or a tab ends, as the prefixes have it: no service or job is called by more. */
const longestName = 81;

/** Whether it is worth to look for one: most lines begin with a word, and have no bar or tab soon after it. */
function mayHavePrefix(bytes: Uint8Array, start: number, end: number): boolean {
  const first = start < end ? bytes[start]! : 0;
  const isLetter = (first | 32) >= 97 && (first | 32) <= 122;
  if (!isLetter) return !(first === 32 || first === 9 || first === 47 || first === 45);
  const far = Math.min(end, start + longestName);
  for (let at = start + 1; at < far; at++) {
    const byte = bytes[at]!;
    if (byte === 124 || byte === 9) return true;
  }
  // A colon or a bracket in a fixed place: what a logger or a daemon wrote the line.
  const at = (place: number) => (start + place < end ? bytes[start + place] : undefined);
  return at(4) === 91 || at(4) === 61 || at(6) === 58 || at(9) === 58;
}

function prefixesLength(text: string): number {
  let length = 0;
  for (let round = 0; round < 5; round++) {
    const [found] = prefix.exec(text.slice(length, length + longestPrefix)) ?? [];
    if (found === undefined) break;
    length += found.length;
  }
  return length;
}

/** One expression for all takes a quarter of the time. */
export function anyOf(flags: string, expressions: readonly RegExp[]): RegExp {
  return new RegExp(expressions.map(({ source }) => source).join('|'), flags);
}

const quotations: readonly RegExp[] = [
  // A command that is about to run, an instruction of a Dockerfile, a line of source in a frame.
  /^\++ /,
  /^\s*(?:[\w./-]*-)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ccache|echo|printf|libtool:|\S*sh \S*libtool)(?:-[\d.]+)? (?:-|[\w./'"])(?!.*: (?:error|fatal|not found))/,
  /^(?:\[[^\]]*\] )?(?:RUN|COPY|ADD|ENV|ARG|CMD|ENTRYPOINT|FROM|LABEL|WORKDIR) (?!failed)/,
  /^(?:Step|STEP) \d+(?:\/\d+)? ?:/,
  /^\s*>+ (?:\[|\$ |(?:RUN|COPY|ADD|FROM|ENV) |[\w@/.-]+@\d)/,
  /^\s*\d+ \|/,
  /^##\[(?:group|command)\]/,
  // What a version control system tells of itself, and a list of changes.
  /^\s*[-*\u2022] (?:\*\*)?(?:Fix(?:e[ds])?|Add(?:ed|s)?|Change[ds]?|Removed?|Improve[ds]?|Bump(?:ed|s)?)\b/,
  /^HEAD is now at /,
  /^(?:\* )?[0-9a-f]{7,40} /,
  // The title of a test that passed or begins.
  /^\s*(?:ok \d+|\u2713|\u2714|\u221a|PASS(?:ED)?\b|--- PASS|=== RUN|\[ +(?:OK|RUN) +\])/,
  /^test .* \.\.\. (?:ok|ignored|FAILED)/,
  /^thread '(?:\w+::)*tests?::/,
  // What a library tells of its own work to who asked for all of it.
  /^gnutls\[\d+\]: /,
  // What a test wanted and what it got, or the title of one that failed.
  /^\s*(?:not ok \d+|\u2715|\u2717|\u25cf|--- FAIL|\[ +FAILED +\]|FAILED \S+::)/,
  /^\s*(?:E +)?(?:assert\b|Assertion(?:Error|FailedError)\b)/,
  /^\s*(?:[-+] )?(?:expected|received|actual|left|right|got|want|wanted)\b ?(?:string|value|output|error|substring|message|log|text|stderr|stdout)?(?: to \w+)?:/i,
  /^\s*[-+] ?['"]/,
  // What pytest shows of an exception, but for one that kept the test from being loaded.
  /^E {2,}(?!.*(?:ImportError|ModuleNotFoundError|OSError: lib))/,
  // A call, as strace tells it: many fail in every program.
  /^\s*(?:\[pid +\d+\] +|\d+ +)?(?:[\d:.]+ +)?(?!getrandom\()(?:\w+\(.*\)|<\.\.\. \w+ resumed>.*) += -1 E(?!PERM)[A-Z]+ /,
  /^(?:\[pid +\d+\] +|\d+ +)?(?:[\d:.]+ +)?(?:--- SIG[A-Z]+ \{|\+\+\+ (?:exited|killed) )/,
  // A list of changes, and words that teach.
  /^\s*[*-] (?:fix|handle|add|don't|do not|make|support|improve|work around|avoid|tell|explain|document|update|remove)(?:s|es|ed)? /i,
  /\bif (?:you|it|this|a build|the build) (?:see|get|run into|encounter|fail with|prints?|says?)s? /i,
  /^(?:[Tt]he )?(?:[Ee]rror )?E[A-Z]{3,} (?:means|is)\b/,
  /^\s*\d+[).] /,
  /^\s*(?:should|returns?|handles?|throws?|rejects?|reports?|retries|shows?|says|tells|maps|detects|when|does not|doesn't) /,
  /^\s*\w+_test\.\w+:\d+:/,
  // A compiler's warning.
  /^\S+:\d+(?::\d+)?: warning:/,
  // Words that a program looks for or names, in its source; a row of a table; words in the middle of a sentence.
  /^\s*(['"`])[a-z][^'"`]{0,60}\1,?$/,
  /\.(?:contains|includes|startsWith|endsWith|indexOf|match|matches|test|search)\(/i,
  /^\s*(?:(?:export |static |final |public |private |const |let |var |val |String |string )*)[A-Z]+(?:_[A-Z]+)+\b(?:: \w+)? ?[:=] ?['"`]/,
  /^\s*\|.*\|\s*$/,
  /^#{2,6} .*['"`]/,
  /['"`] (?:errors?|messages?|failures?|warnings?)(?: (?:when|if|on|in|from|after|because|that|during|while|about)\b|[.,]|$)/,
  // A comment in a file (some tools put its sign before what others say), and a list in a page.
  /^\s*\/\/ /,
  /^\s*# (?:error|fatal|warning): /,
  /^\s*# .*(?:['"`].+['"`]|\b(?:fix(?:es)?|hack|work ?around|avoids?|otherwise|because|since|gets? rid|prevents?|fails? with|leads? to|see|so that|e\.g\.|i\.e\.)\b)/i,
  /^\s*[-*] .*`[^`']+`/,
  // A string of a program's source, between others.
  /^\s*(?:\[\s*(['"`])[^'"`]*\1|"[^"]*")\s*(?:\+|,[^:]*)$/,
  /^\s*(?:error|die|fail|abort|fatal|panic|warn|printf|logger\.\w+|logging\.\w+)\(f?['"`]/,
  // A line of a program, as a trace shows it.
  /^\s*(?:raise|throw|return|console\.|print(?:ln)?[!(]|log\.|expect\(|it\(|test\(|describe\()/,
  /\bPASSED\b/,
  // A question that a configure script or CMake asks, whose answer may well be no.
  /^(?:--|configure:\d+:)? ?(?:checking|looking|performing test|check(?:ing)? (?:for|if|whether))\b/i,
  /conftest\.|ac_nonexistent\.h|\bcmTC_|CMakeTmp|CMakeScratch|TryCompile/,
];

/** Words that are quoted, not said: they tell nothing of what went wrong. */
export function isQuotation(message: string): boolean {
  return quotations.some((quotation) => quotation.test(message));
}
