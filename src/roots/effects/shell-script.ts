/**
 * Finds the calls of a command in a maintainer script without running it.
 *
 * Scripts that call `update-alternatives` and the like do so in a plain way, under conditions that hold for a fresh
 * root, so conditions are not judged: the commands of every branch are listed. Variables are known where the script
 * gives them a literal value, the body of `for x in a b` is listed once per value, and that of a function once per call, with
 * its arguments. A word that cannot be known without running something, such as `$(…)` or the script's own `$1`, is
 * `undefined`; the caller decides whether that matters.
 */
import type { UnpackedPackage } from '../unpacked-package.ts';

export type ShellWord = string | undefined;

export interface ScriptCall {
  readonly from: UnpackedPackage;
  readonly words: readonly ShellWord[];
}

/** All calls of `command` in the scripts that would run on a fresh root, in the order of the packages. */
export function scriptCalls(packages: readonly UnpackedPackage[], command: string): ScriptCall[] {
  return packages.flatMap((from) =>
    ['preinst', 'postinst'].flatMap((name) => {
      if (!from.controlFiles.includes(name)) return [];
      const script = from.readControl(name) ?? '';
      if (!script.includes(command)) return [];
      return shellCommands(script)
        .filter(([first]) => first === command || first?.endsWith(`/${command}`) === true)
        .map((words) => ({ from, words }));
    }),
  );
}

/** A piece of a word: text as it is, or the name of a variable; `undefined` for what only running would tell. */
type Piece = { readonly text: string } | { readonly variable: string } | undefined;
type Template = readonly Piece[];

export function shellCommands(script: string): ShellWord[][] {
  const scope: Scope = {
    variables: new Map([['DPKG_ROOT', '']]),
    functions: new Map(),
    called: new Set(),
    depth: 0,
  };
  const found: ShellWord[][] = [];
  list(new ShellReader(script).read(), scope, found);
  // Called by what is not understood, or not at all.
  for (const [name, body] of scope.functions) if (!scope.called.has(name)) list(body, scope, found);
  return found;
}

interface Scope {
  /** Arguments of a function are the variables `1` to `9`. */
  readonly variables: Map<string, ShellWord>;
  readonly functions: Map<string, readonly Template[][]>;
  readonly called: Set<string>;
  depth: number;
}

const MOST_DEPTH = 8;
/** How the reader tells that a function begins: a word that no script can have. */
const FUNCTION = '()';

const OPENERS = new Set([
  'if',
  'then',
  'else',
  'elif',
  'do',
  'while',
  'until',
  '!',
  '{',
  '}',
  'fi',
  'esac',
  '(',
  ')',
]);

function list(commands: readonly Template[][], scope: Scope, found: ShellWord[][]): void {
  const { variables, functions } = scope;
  for (let index = 0; index < commands.length; index++) {
    const words = commands[index]!.map((template) => expand(template, variables));
    if (words[0] === FUNCTION) {
      const end = endOfFunction(commands, index);
      functions.set(words[1]!, commands.slice(index + 1, end));
      index = end;
      continue;
    }
    while (words[0] !== undefined && OPENERS.has(words[0])) words.shift();
    if (words[0] === 'for' && words[2] === 'in' && words[1] !== undefined) {
      const end = endOfLoop(commands, index);
      const body = commands.slice(index + 1, end);
      for (const value of words.slice(3).flatMap((word) => word?.split(/\s+/) ?? [undefined])) {
        variables.set(words[1], value);
        list(body, scope, found);
      }
      index = end;
      continue;
    }
    while (words.length > 0 && assign(commands[index]!, words, variables)) words.shift();
    const [name] = words;
    if (name !== undefined && functions.has(name)) call(name, words.slice(1), scope, found);
    else if (words.length > 0) found.push(words);
  }
}

function call(name: string, words: readonly ShellWord[], scope: Scope, found: ShellWord[][]): void {
  const { variables, functions, called } = scope;
  called.add(name);
  if (scope.depth >= MOST_DEPTH) return;
  const before = ARGUMENTS.map((argument) => variables.get(argument));
  // The words after one that isn't known may be at other places.
  const known = words.includes(undefined) ? words.slice(0, words.indexOf(undefined)) : words;
  for (const [index, argument] of ARGUMENTS.entries()) variables.set(argument, known[index]);
  scope.depth++;
  list(functions.get(name)!, scope, found);
  scope.depth--;
  for (const [index, argument] of ARGUMENTS.entries()) variables.set(argument, before[index]);
}

const ARGUMENTS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** The index of the `}` of the function that begins at `start`; `start` itself where it is written in another way. */
function endOfFunction(commands: readonly Template[][], start: number): number {
  let depth = 0;
  for (let index = start + 1; index < commands.length; index++) {
    const first = commands[index]![0]?.[0];
    const word = first !== undefined && 'text' in first ? first.text : '';
    if (word === '{') depth++;
    else if (word === '}') depth--;
    if (depth === 0) return word === '}' ? index : start;
  }
  return start;
}

/** `NAME=value` at the start of a command. */
function assign(
  command: readonly Template[],
  words: readonly ShellWord[],
  variables: Map<string, ShellWord>,
): boolean {
  const first = command[command.length - words.length]?.[0];
  const match = first !== undefined && 'text' in first ? /^([A-Za-z_]\w*)=/.exec(first.text) : null;
  if (match === null) return false;
  variables.set(match[1]!, words[0]?.slice(match[0].length));
  return true;
}

/** The index of the command that begins with the `done` of the loop that begins at `start`. */
function endOfLoop(commands: readonly Template[][], start: number): number {
  let depth = 0;
  for (let index = start; index < commands.length; index++) {
    const first = commands[index]![0]?.[0];
    const word = first !== undefined && 'text' in first ? first.text : '';
    if (word === 'for' || word === 'while' || word === 'until') depth++;
    if (word === 'done' && --depth === 0) return index;
  }
  return commands.length;
}

function expand(template: Template, variables: ReadonlyMap<string, ShellWord>): ShellWord {
  let word = '';
  for (const piece of template) {
    if (piece === undefined) return undefined;
    const text = 'text' in piece ? piece.text : variables.get(piece.variable);
    if (text === undefined) return undefined;
    word += text;
  }
  return word;
}

/** Cuts a script into simple commands of words. */
class ShellReader {
  readonly #text: string;
  #at = 0;
  readonly #commands: Template[][] = [];
  #command: Template[] = [];
  #word: Piece[] | undefined;
  readonly #heredocs: string[] = [];

  constructor(text: string) {
    this.#text = text.replaceAll('\\\n', ' ');
  }

  read(): Template[][] {
    while (this.#at < this.#text.length) this.#step(this.#text[this.#at]!);
    this.#endCommand();
    return this.#commands;
  }

  #step(char: string): void {
    if (char === '#' && this.#word === undefined) {
      this.#at = this.#find('\n');
    } else if (char === '\n') {
      this.#endCommand();
      this.#at++;
      this.#skipHeredocs();
    } else if (char === '(' && this.#beginsFunction()) {
      this.#command.unshift([{ text: FUNCTION }]);
      this.#endCommand();
      this.#at = this.#find(')') + 1;
    } else if (';&|()'.includes(char)) {
      this.#endCommand();
      this.#at++;
    } else if (char === ' ' || char === '\t') {
      this.#endWord();
      this.#at++;
    } else if (char === '<' || char === '>') {
      this.#redirect();
    } else {
      this.#wordPart(char);
    }
  }

  #beginsFunction(): boolean {
    const words = this.#command.length + (this.#word === undefined ? 0 : 1);
    return words === 1 && /^\([ \t]*\)/.test(this.#text.slice(this.#at, this.#at + 20));
  }

  #wordPart(char: string): void {
    this.#word ??= [];
    if (char === "'") {
      const end = this.#find("'", 1);
      this.#addText(this.#text.slice(this.#at + 1, end));
      this.#at = end + 1;
    } else if (char === '"') {
      this.#at++;
      while (this.#at < this.#text.length && this.#text[this.#at] !== '"')
        this.#quotedPart(this.#text[this.#at]!);
      this.#addText('');
      this.#at++;
    } else {
      this.#quotedPart(char);
    }
  }

  #quotedPart(char: string): void {
    if (char === '$') {
      this.#dollar();
    } else if (char === '`') {
      this.#word!.push(undefined);
      this.#at = this.#find('`', 1) + 1;
    } else if (char === '\\') {
      this.#addText(this.#text[this.#at + 1] ?? '');
      this.#at += 2;
    } else {
      this.#addText(char);
      this.#at++;
    }
  }

  #dollar(): void {
    const rest = this.#text.slice(this.#at, this.#at + 200);
    const name = /^\$(?:([A-Za-z_]\w*|[1-9])|\{([A-Za-z_]\w*|[1-9])\})/.exec(rest);
    if (name !== null) {
      this.#word!.push({ variable: (name[1] ?? name[2])! });
      this.#at += name[0].length;
      return;
    }
    this.#word!.push(undefined);
    const open = rest[1];
    if (open === '(' || open === '{') this.#at = this.#closing(open, open === '(' ? ')' : '}');
    else this.#at += 2;
  }

  /** Past the bracket that closes the one after the dollar; quotes inside are not looked at. */
  #closing(open: string, close: string): number {
    let depth = 0;
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      if (this.#text[at] === open) depth++;
      if (this.#text[at] === close && --depth === 0) return at + 1;
    }
    return this.#text.length;
  }

  /** Where to is of no interest, only that it is no word of the command; so is the number before it. */
  #redirect(): void {
    const match = /^(<<-?\s*["'\\]?([A-Za-z_]\w*)["']?|[<>]+&?[ \t]*[^\s;&|()]*)/.exec(
      this.#text.slice(this.#at, this.#at + 300),
    )!;
    const number = this.#word?.length === 1 && this.#word[0] !== undefined && 'text' in this.#word[0];
    if (number && /^\d$/.test((this.#word![0] as { text: string }).text)) this.#word = undefined;
    this.#endWord();
    if (match[2] !== undefined) this.#heredocs.push(match[2]);
    this.#at += match[0].length;
  }

  #skipHeredocs(): void {
    for (const mark of this.#heredocs.splice(0)) {
      let line = '';
      do {
        const end = this.#find('\n');
        line = this.#text.slice(this.#at, end).trim();
        this.#at = Math.min(end + 1, this.#text.length);
      } while (line !== mark && this.#at < this.#text.length);
    }
  }

  #find(char: string, skip = 0): number {
    const index = this.#text.indexOf(char, this.#at + skip);
    return index === -1 ? this.#text.length : index;
  }

  #addText(text: string): void {
    const last = this.#word!.at(-1);
    if (last !== undefined && 'text' in last)
      this.#word![this.#word!.length - 1] = { text: last.text + text };
    else this.#word!.push({ text });
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#command.push(this.#word);
    this.#word = undefined;
  }

  #endCommand(): void {
    this.#endWord();
    if (this.#command.length > 0) this.#commands.push(this.#command);
    this.#command = [];
  }
}
