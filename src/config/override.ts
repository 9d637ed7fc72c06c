/**
 * `--set PATH=VALUE`: a value of the file, for one run. The option is a text of its own, so that a mistake in it is
 * answered with the option, underlined, as if it stood in the file.
 *
 * A path is keys with dots between; where a key has dots itself (`ubuntu-24.04`), the longest key that exists is meant.
 * An item of a list is told by its number from 0, or by its `name`.
 */
import { Failure } from '../report/failure.ts';
import { suggest } from '../report/suggest.ts';
import { parseTree, type ValuePlace, type Tree } from './document.ts';
import { SourceText, type Range } from './source-text.ts';

const prefix = '--set ';

export function override(tree: Tree, option: string): void {
  const source = new SourceText('the command line', `${prefix}${option}`);
  const equals = option.indexOf('=');
  if (equals <= 0) {
    throw new Failure('usage', `\`--set ${option}\` sets nothing`, {
      hint: 'write a path and a value, such as `--set version=2.0` or `--set targets.linux-x64.libc=musl`',
      at: source.locate({ start: prefix.length, end: source.text.length }),
    });
  }
  const blank = ' '.repeat(prefix.length + equals + 1);
  const set = parseTree(source, `${blank}${option.slice(equals + 1)}`);
  if ('problem' in set) {
    throw new Failure('usage', `the value of \`--set ${option.slice(0, equals)}\` is not YAML`, {
      why: set.problem.message,
      hint: set.problem.hint,
      at: set.problem.at,
    });
  }
  new Walk(source, option.slice(0, equals)).put(tree, set);
}

interface Step {
  readonly key: string;
  readonly range: Range;
  readonly last: boolean;
}

class Walk {
  readonly #source: SourceText;
  readonly #path: string;
  #at = 0;

  constructor(source: SourceText, path: string) {
    this.#source = source;
    this.#path = path;
  }

  put(tree: Tree, set: Tree): void {
    let { value, place } = tree;
    for (;;) {
      const { key, range, last } = Array.isArray(value) ? this.#item(value) : this.#key(value);
      const holder = value as Record<string, unknown>;
      const child = Array.isArray(value) ? Number(key) : key;
      if (last) {
        holder[key] = set.value;
        place.children.set(child, { ...set.place, key: range });
        return;
      }
      if (!place.children.has(child)) {
        holder[key] = Object.create(null);
        place.children.set(child, this.#mapping(range));
      }
      value = holder[key];
      place = place.children.get(child)!;
    }
  }

  #mapping(range: Range): ValuePlace {
    return { source: this.#source, key: range, value: range, braces: false, children: new Map() };
  }

  #key(value: unknown): Step {
    if (value === null || typeof value !== 'object') {
      const before = this.#path.slice(0, Math.max(0, this.#at - 1));
      throw new Failure('usage', `nothing can be set below \`${before}\`: it is text`, {
        hint: `set it as a whole: \`--set ${before}=…\``,
        at: this.#locate({ start: 0, end: before.length }),
      });
    }
    const rest = this.#path.slice(this.#at);
    const known = Object.keys(value)
      .filter((key) => rest === key || rest.startsWith(`${key}.`))
      .sort((a, b) => b.length - a.length)[0];
    return this.#take(known ?? rest.split('.')[0]!);
  }

  #item(list: readonly unknown[]): Step {
    const word = this.#path.slice(this.#at).split('.')[0]!;
    const names = list.map((item) => (item as { readonly name?: unknown } | null)?.name);
    const index = /^\d+$/.test(word) ? Number(word) : names.indexOf(word);
    const step = this.#take(word);
    if (index >= 0 && index < list.length) return { ...step, key: String(index) };
    const texts = names.filter((name) => typeof name === 'string');
    throw new Failure('usage', `the list has no item \`${word}\``, {
      hint: suggest(
        word,
        texts.length > 0 ? texts : list.map((_, position) => String(position)),
        'its items are',
      ),
      at: this.#source.locate(step.range),
    });
  }

  #take(key: string): Step {
    const start = this.#at;
    this.#at += key.length + 1;
    const range = { start: prefix.length + start, end: prefix.length + start + key.length };
    return { key, range, last: this.#at > this.#path.length };
  }

  #locate({ start, end }: Range) {
    return this.#source.locate({ start: prefix.length + start, end: prefix.length + end });
  }
}
