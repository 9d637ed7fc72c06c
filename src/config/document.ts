/*
 * YAML in, plain values and their places out.
 *
 * The file is read with YAML's failsafe schema, in which every scalar is text: a version of 1.10 stays "1.10" and an
 * answer of `no` stays "no". Whoever asks for a number or a flag converts it, knowing what is asked for.
 *
 * Values and places are two trees of one shape. The value tree is what a schema can check; the place tree answers, for
 * any path into it, which words of the file a message should underline. Mappings have no prototype, so that a key such as
 * `constructor` is a key like any other.
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document as YamlDocument, ParsedNode, YAMLError, YAMLMap, YAMLSeq } from 'yaml';
import type { Diagnostic, Location } from '../report/diagnostic.ts';
import type { Range, SourceText } from './source-text.ts';

export type Path = readonly (string | number)[];

export interface ValuePlace {
  /** The text that the ranges are in. */
  readonly source: SourceText;
  readonly key: Range | undefined;
  readonly value: Range;
  /** Written as `{…}`. */
  readonly braces: boolean;
  readonly children: Map<string | number, ValuePlace>;
}

export interface Tree {
  readonly value: unknown;
  readonly place: ValuePlace;
}

/** More than a hand-written file has; an alias that holds itself passes the first at once. */
const mostDepth = 32;
const mostNodes = 20_000;

/** One file as values, which still know their places. */
export class Document {
  readonly value: unknown;
  /** Syntax errors: where there are any, the value is of no use. */
  readonly diagnostics: readonly Diagnostic[];
  readonly #root: ValuePlace;

  constructor({ value, place }: Tree, diagnostics: readonly Diagnostic[]) {
    this.value = value;
    this.diagnostics = diagnostics;
    this.#root = place;
  }

  /** The key that leads to the path; for an item of a list, the item. */
  atKey(path: Path): Location {
    const place = this.#find(path);
    return place.source.locate(place.key ?? place.value);
  }

  /** The value; where it is empty or goes on over many lines, its key. */
  at(path: Path): Location {
    const place = this.#find(path);
    const written = place.source.text.slice(place.value.start, place.value.end).trimEnd();
    return place.source.locate(
      written === '' || written.includes('\n') ? (place.key ?? place.value) : place.value,
    );
  }

  isInBraces(path: Path): boolean {
    return this.#find(path).braces;
  }

  /** The nearest that exists: a key that is missing is answered with the place of what lacks it. */
  #find(path: Path): ValuePlace {
    let place = this.#root;
    for (const step of path) {
      const child = place.children.get(step);
      if (!child) break;
      place = child;
    }
    return place;
  }
}

/** `text` has the places of `source`. What follows the first syntax error is mostly its echo. */
export function parseTree(
  source: SourceText,
  text: string,
): Tree & ({ readonly problem: Diagnostic } | { readonly diagnostics: readonly Diagnostic[] }) {
  const parsed = parseDocument(text, { schema: 'failsafe', uniqueKeys: false, prettyErrors: false });
  const whole = { start: Math.max(0, text.search(/\S/)), end: text.length };
  const problem = parsed.errors[0] ?? parsed.warnings[0];
  if (problem) {
    const place = leaf(source, undefined, whole);
    return { value: undefined, place, problem: syntaxDiagnostic(source, problem) };
  }
  const reader = new TreeReader(source, parsed);
  const tree = reader.read(parsed.contents, undefined, whole.start, 0);
  return { ...tree, diagnostics: reader.diagnostics };
}

class TreeReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: SourceText;
  readonly #parsed: YamlDocument.Parsed;
  #nodes = 0;

  constructor(source: SourceText, parsed: YamlDocument.Parsed) {
    this.#source = source;
    this.#parsed = parsed;
  }

  /** `emptyAt` is where a value that isn't written would be. */
  read(node: ParsedNode | null, key: Range | undefined, emptyAt: number, depth: number): Tree {
    if (!node) return { value: '', place: leaf(this.#source, key, { start: emptyAt, end: emptyAt }) };
    const range = rangeOf(node);
    if (depth > mostDepth || ++this.#nodes > mostNodes) {
      if (this.diagnostics.length === 0) this.#syntax(range, 'the file is nested too deeply', aliasHint);
      return { value: '', place: leaf(this.#source, key, range) };
    }
    if (isAlias(node)) {
      // The place is that of the alias, which is where the reader looks first; below it, that of the anchor.
      const { value, place } = this.read(node.resolve(this.#parsed) as ParsedNode, key, emptyAt, depth + 1);
      return { value, place: { ...place, value: range } };
    }
    if (isMap(node)) return this.#mapping(node, key, range, depth);
    if (isSeq(node)) return this.#list(node, key, range, depth);
    return { value: isScalar(node) ? String(node.value) : '', place: leaf(this.#source, key, range) };
  }

  #mapping(map: YAMLMap.Parsed, key: Range | undefined, range: Range, depth: number) {
    const value = Object.create(null) as Record<string, unknown>;
    const place: ValuePlace = {
      source: this.#source,
      key,
      value: range,
      braces: map.flow === true,
      children: new Map(),
    };
    for (const pair of map.items) {
      const at = rangeOf(pair.key);
      if (!isScalar(pair.key)) {
        this.#syntax(
          at,
          'a key must be text',
          'write `key: value`, with the key in quotes where it needs them',
        );
        continue;
      }
      const name = String(pair.key.value);
      const first = place.children.get(name)?.key;
      if (first) {
        this.diagnostics.push({
          code: 'config-key-twice',
          severity: 'error',
          message: `\`${name}\` is written twice`,
          hint: `keep one of the two: the first is in line ${this.#source.locate(first).line}`,
          at: this.#source.locate(at),
        });
        continue;
      }
      const child = this.read(pair.value, at, at.end, depth + 1);
      value[name] = child.value;
      place.children.set(name, child.place);
    }
    return { value, place };
  }

  #list(list: YAMLSeq.Parsed, key: Range | undefined, range: Range, depth: number) {
    const value: unknown[] = [];
    const place: ValuePlace = { source: this.#source, key, value: range, braces: false, children: new Map() };
    for (const [index, item] of list.items.entries()) {
      const child = this.read(item, undefined, range.start, depth + 1);
      value.push(child.value);
      place.children.set(index, child.place);
    }
    return { value, place };
  }

  #syntax(range: Range, message: string, hint: string): void {
    this.diagnostics.push({
      code: 'config-syntax',
      severity: 'error',
      message,
      hint,
      at: this.#source.locate(range),
    });
  }
}

const aliasHint = 'look for an alias (`*name`) inside the value that its anchor (`&name`) names';

function leaf(source: SourceText, key: Range | undefined, value: Range): ValuePlace {
  return { source, key, value, braces: false, children: new Map() };
}

function rangeOf(node: ParsedNode): Range {
  return { start: node.range[0], end: node.range[1] };
}

function syntaxDiagnostic(source: SourceText, problem: YAMLError): Diagnostic {
  const [start, end] = problem.pos;
  const [message, hint] =
    inOurWords[problem.code] ?? whatIsMissing.find(([form]) => form.test(problem.message))?.[1] ?? [];
  return {
    code: 'config-syntax',
    severity: 'error',
    message: message ?? problem.message.charAt(0).toLowerCase() + problem.message.slice(1),
    hint: hint ?? quoteHint,
    at: source.locate({ start, end }),
  };
}

const quoteHint =
  'text that starts with `{`, `[`, `*`, `&`, `@`, `%` or `"`, or holds `: ` or ` #`, needs quotes around it';

type Words = readonly [message: string, hint: string];

/** For the errors that people meet, the parser's own words are about grammar; these are about the file. */
const inOurWords: Partial<Record<YAMLError['code'], Words>> = {
  TAB_AS_INDENT: ['a tab is used to indent', 'indent with spaces'],
  BLOCK_AS_IMPLICIT_KEY: [
    'another key cannot start inside this value',
    'put the value in quotes where it is text; else check how far the next line is indented',
  ],
  MULTILINE_IMPLICIT_KEY: [
    'neither a key nor a value of the line above can begin here',
    'a key ends with `:`; a list stands under a key of its own (`steps:`), each of its lines beginning with `-`',
  ],
  UNEXPECTED_TOKEN: ['this does not belong here', quoteHint],
  BAD_SCALAR_START: ['text cannot start with this character without quotes', 'put the value in quotes'],
  BAD_INDENT: [
    'an indentation is wrong here, or a bracket is not closed',
    'close what `[` or `{` opened, and indent like the lines of the same kind',
  ],
  MULTIPLE_DOCS: ['a second document starts here', 'keep one: remove the `---` line and what follows it'],
  TAG_RESOLVE_FAILED: [
    'tags (`!name`) have no meaning here',
    'remove the tag: every value is taken as written',
  ],
};

/** The parser has one code for these. */
const whatIsMissing: readonly (readonly [form: RegExp, words: Words])[] = [
  [
    /^Implicit map keys/,
    ['a key has no `:` after it', 'write `key: value`; text of several lines needs quotes'],
  ],
  [
    /^Missing closing/,
    ['a quote is not closed', 'close it where its text ends: it may have begun many lines above'],
  ],
  [
    /^Sequence item without/,
    [
      'this is neither a line of the list above it nor a part of its last one',
      'begin it with `-`, or indent it like the keys of that line',
    ],
  ],
];
