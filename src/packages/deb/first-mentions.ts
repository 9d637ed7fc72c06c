/**
 * apt's last resort, where two packages are equal as providers of something, is the order in which it met their names while
 * it read the indexes: as a paragraph's own name or in another's relation, whichever came first. To choose as apt does we
 * have to know that order. Few names are ever asked for, so each is searched in the text; when there turn out to be many,
 * one pass notes all names.
 */
import { lineEnd, paragraphAt } from './paragraphs.ts';

/** The fields that name packages, in the order in which apt reads them, which isn't the file's. */
const FIELDS = [
  'Package',
  'Pre-Depends',
  'Depends',
  'Conflicts',
  'Breaks',
  'Recommends',
  'Suggests',
  'Replaces',
  'Enhances',
  'Provides',
];

const FEW = 6;

export class FirstMentions {
  readonly #text: string;
  readonly #starts: readonly number[];
  #searched = 0;
  #all: ReadonlyMap<string, number> | undefined;

  constructor(text: string, starts: readonly number[]) {
    this.#text = text;
    this.#starts = starts;
  }

  /** `own` is the number of the name's first own paragraph. The answers of one index can be compared with each other. */
  find(name: string, own: number | undefined): number {
    if (this.#all === undefined && ++this.#searched > FEW) this.#all = this.#readAll();
    return this.#all === undefined ? this.#search(name, own) : (this.#all.get(name) ?? Infinity);
  }

  #search(name: string, own: number | undefined): number {
    const text = this.#text;
    const limit = own === undefined ? text.length : this.#starts[own]!;
    for (let at = text.indexOf(name); at >= 0 && at < limit; at = text.indexOf(name, at + 1)) {
      const line = text.lastIndexOf('\n', at) + 1;
      if (!FIELDS.includes(text.slice(line, text.indexOf(':', line)))) continue;
      const number = paragraphAt(this.#starts, at);
      let found: number | undefined;
      this.#visit(number, (one, place) => {
        if (one === name) found ??= place;
      });
      if (found !== undefined) return found;
    }
    return own === undefined ? Infinity : limit + 1;
  }

  #readAll(): ReadonlyMap<string, number> {
    const all = new Map<string, number>();
    for (let number = 0; number < this.#starts.length; number++) {
      this.#visit(number, (name, place) => {
        if (!all.has(name)) all.set(name, place);
      });
    }
    return all;
  }

  /** The names of one paragraph, in order. No paragraph has more names than characters, so places never overlap. */
  #visit(number: number, visitor: Visitor): void {
    const text = this.#text;
    const start = this.#starts[number]!;
    const end = this.#starts[number + 1] ?? text.length;
    const lines: number[] = FIELDS.map(() => -1);
    for (let at = start; at < end; at = lineEnd(text, at) + 1) {
      const field = fieldAt(text, at);
      if (field >= 0) lines[field] = at;
    }
    let place = start;
    for (const [field, at] of lines.entries()) {
      if (at < 0) continue;
      place = visitNames(text, at + FIELDS[field]!.length + 1, lineEnd(text, at), place, visitor);
    }
  }
}

type Visitor = (name: string, place: number) => void;

function fieldAt(text: string, at: number): number {
  const fields = BY_LETTER[text.charCodeAt(at)];
  if (fields === undefined) return -1;
  for (const field of fields) if (text.startsWith(FIELD_STARTS[field]!, at)) return field;
  return -1;
}

const FIELD_STARTS = FIELDS.map((field) => `${field}: `);

/** Numbers of fields by their first letter: most lines of a paragraph are told apart by that alone. */
const BY_LETTER: readonly (readonly number[] | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const fields = [...FIELDS.keys()].filter((field) => FIELDS[field]!.charCodeAt(0) === code);
  return fields.length > 0 ? fields : undefined;
});

/** `a (>= 1) | b, c:any`: `a` and `b`. For apt `c:any` is a name of its own, different from `c`. */
function visitNames(text: string, start: number, end: number, place: number, visitor: Visitor): number {
  for (let at = start; at < end;) {
    const code = text.charCodeAt(at);
    if (code === SPACE || code === COMMA || code === BAR) {
      at++;
    } else if (code === OPEN) {
      at = text.indexOf(')', at) + 1 || end;
    } else {
      const first = at;
      let plain = true;
      for (let next = code; at < end && !isNameEnd(next); next = text.charCodeAt(++at))
        if (next === COLON) plain = false;
      if (plain) visitor(text.slice(first, at), ++place);
    }
  }
  return place;
}

const SPACE = 0x20;
const OPEN = 0x28;
const COMMA = 0x2c;
const COLON = 0x3a;
const BAR = 0x7c;

function isNameEnd(code: number): boolean {
  return code === SPACE || code === COMMA || code === BAR || code === OPEN;
}
