/**
 * The language of the knowledge base's patterns: what regular expressions and machines of states have in common. Letters,
 * sets, choices, repetition, named groups, `^ $ \b`; no references back and no looking around, so that one pass over a line
 * always decides. Patterns are written as regular expression literals for the eye's sake; only this reads them.
 */
export type Node =
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'set'; readonly has: Uint8Array }
  | { readonly kind: 'edge'; readonly edge: Edge }
  | { readonly kind: 'row'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly of: readonly Node[] }
  | { readonly kind: 'times'; readonly of: Node; readonly least: number; readonly most: number }
  | { readonly kind: 'named'; readonly name: string; readonly of: Node };

export type Edge = 'start' | 'end' | 'word' | 'not-word';

const mostRepeats = 200;

/** Capital letters are taken as small ones, and every quotation mark as `'`: programs differ in both, and mean the same. */
export const folded = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 65 && byte <= 90) return byte + 32;
  return byte === 0x22 || byte === 0x60 ? 0x27 : byte;
});

export const isWordByte = Uint8Array.from({ length: 256 }, (_, byte) =>
  /\w/.test(String.fromCharCode(byte)) ? 1 : 0,
);

export function parsePattern(source: string): Node {
  return new PatternReader(source).read();
}

class PatternReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): Node {
    const node = this.#choice();
    if (this.#at < this.#source.length) this.#refuse('there is a ) too many');
    return node;
  }

  #choice(): Node {
    const of = [this.#row()];
    while (this.#take('|')) of.push(this.#row());
    return of.length === 1 ? of[0]! : { kind: 'choice', of };
  }

  #row(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && this.#next !== '|' && this.#next !== ')') {
      parts.push(this.#repeated(this.#one()));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'row', parts };
  }

  #repeated(of: Node): Node {
    if (this.#take('?')) return { kind: 'times', of, least: 0, most: 1 };
    if (this.#take('*')) return { kind: 'times', of, least: 0, most: Infinity };
    if (this.#take('+')) return { kind: 'times', of, least: 1, most: Infinity };
    if (!this.#take('{')) return of;
    const [written, from, comma, to] = /^(\d+)(,?)(\d*)\}/.exec(this.#source.slice(this.#at)) ?? [];
    if (written === undefined) return this.#refuse('a { needs numbers');
    this.#at += written.length;
    const least = Number(from);
    const most = to === '' ? (comma === '' ? least : Infinity) : Number(to);
    if (Math.max(least, most === Infinity ? 0 : most) > mostRepeats) this.#refuse('it repeats too often');
    return { kind: 'times', of, least, most };
  }

  #one(): Node {
    const character = this.#source[this.#at++]!;
    if (character === '(') return this.#group();
    if (character === '[') return this.#set();
    if (character === '.') return anyByte;
    if (character === '^') return { kind: 'edge', edge: 'start' };
    if (character === '$') return { kind: 'edge', edge: 'end' };
    if (character === '\\') return this.#escape();
    if ('*+?{'.includes(character)) this.#refuse(`nothing is repeated by ${character}`);
    return character <= '\x7f' ? byteOf(character) : { kind: 'row', parts: bytesOf(character) };
  }

  #group(): Node {
    const [opening, name] = /^\?(?::|<(\w+)>)/.exec(this.#source.slice(this.#at)) ?? [];
    if (opening === undefined && this.#next === '?') this.#refuse('it looks around');
    this.#at += opening?.length ?? 0;
    const of = this.#choice();
    if (!this.#take(')')) this.#refuse('a ( is not closed');
    return name === undefined ? of : { kind: 'named', name, of };
  }

  #escape(): Node {
    const character = this.#source[this.#at++] ?? '';
    if (character === 'b') return { kind: 'edge', edge: 'word' };
    if (character === 'B') return { kind: 'edge', edge: 'not-word' };
    return escapes.get(character)?.node ?? byteOf(this.#letter(character));
  }

  #set(): Node {
    const out = this.#take('^');
    const tests: ((byte: number) => boolean)[] = [];
    while (!this.#take(']')) {
      if (this.#at >= this.#source.length) this.#refuse('a [ is not closed');
      const from = this.#setMember();
      if (typeof from === 'function') tests.push(from);
      else if (this.#next === '-' && this.#source[this.#at + 1] !== ']') {
        this.#at++;
        const to = this.#setMember();
        if (typeof to === 'function') return this.#refuse('a range ends in a set');
        tests.push((byte) => byte >= from && byte <= to);
      } else tests.push((byte) => byte === from);
    }
    return setOf((byte) => tests.some((test) => test(byte)), out);
  }

  #setMember(): number | ((byte: number) => boolean) {
    const character = this.#source[this.#at++]!;
    if (character !== '\\') return codeOf(character);
    const escaped = this.#source[this.#at++] ?? '';
    return escapes.get(escaped)?.holds ?? codeOf(this.#letter(escaped));
  }

  /** What an escaped character stands for. */
  #letter(character: string): string {
    if (character === 't') return '\t';
    if (character === 'r') return '\r';
    if (/[A-Za-z0-9]/.test(character) || character === '') this.#refuse(`\\${character} is not known`);
    return character;
  }

  get #next(): string | undefined {
    return this.#source[this.#at];
  }

  #take(character: string): boolean {
    if (this.#next !== character) return false;
    this.#at++;
    return true;
  }

  #refuse(why: string): never {
    throw new SyntaxError(`the pattern /${this.#source}/ can't be used: ${why}, at ${this.#at}`);
  }
}

/** Words of other languages are looked for as UTF-8 has them, with their capital letters as they are. */
function bytesOf(character: string): Node[] {
  return [...Buffer.from(character)].map((byte) => ({ kind: 'byte', byte }));
}

function codeOf(character: string): number {
  const code = character.charCodeAt(0);
  if (code > 0x7f) throw new SyntaxError(`sets are of ASCII, without ${character}`);
  return code;
}

function byteOf(character: string): Node {
  return { kind: 'byte', byte: folded[codeOf(character)]! };
}

/** Over folded bytes: a byte is in the set where one that folds to it is; of a set that leaves out, where none is left out. */
function setOf(holds: (byte: number) => boolean, out = false): Node {
  const has = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) if (holds(byte)) has[folded[byte]!] = 1;
  if (out) for (let byte = 0; byte < 256; byte++) has[byte] = 1 - has[byte]!;
  return { kind: 'set', has };
}

const anyByte = setOf(() => true);

/** What `\d` and the like stand for, by their letter; large where all others are meant. */
const escapes = new Map(
  Object.entries({ d: /\d/, w: /\w/, s: /[\t\n\v\f\r ]/ }).flatMap(([letter, set]) => {
    const members = Uint8Array.from({ length: 256 }, (_, byte) =>
      Number(set.test(String.fromCharCode(byte))),
    );
    return [
      [letter, escapeOf((byte) => members[byte] === 1)],
      [letter.toUpperCase(), escapeOf((byte) => members[byte] === 0)],
    ] as const;
  }),
);

function escapeOf(holds: (byte: number) => boolean): { holds: typeof holds; node: Node } {
  return { holds, node: setOf(holds) };
}
