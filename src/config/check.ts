import * as v from 'valibot';
import { nearest } from '../base/nearest.ts';
import type { Code } from '../report/codes.ts';
import type { Diagnostic, Location } from '../report/diagnostic.ts';
import { suggest } from '../report/suggest.ts';
import type { Document, Path } from './document.ts';
import { fileSchema, userSchema, type FileContent, type UserContent } from './schema.ts';

/** Holds the file against its schema. Without content there is at least one diagnostic. */
export function checkDocument(document: Document): {
  content: FileContent | undefined;
  diagnostics: Diagnostic[];
} {
  const result = v.safeParse(fileSchema, document.value);
  const lacking = lackingKeys(document.value);
  if (result.success && lacking.length === 0) return { content: result.output, diagnostics: [] };
  const translator = new Translator(document, fileSchema, 'targetry.yaml');
  for (const issue of result.issues ?? []) translator.add(issue);
  for (const key of lacking) translator.lacks([key]);
  return { content: undefined, diagnostics: translator.finish() };
}

/** The same for the user's own configuration, which messages call `file`. */
export function checkUserDocument(
  document: Document,
  file: string,
): { content: UserContent | undefined; diagnostics: Diagnostic[] } {
  const result = v.safeParse(userSchema, document.value);
  if (result.success) return { content: result.output, diagnostics: [] };
  const translator = new Translator(document, userSchema, file);
  for (const issue of result.issues) translator.add(issue);
  return { content: undefined, diagnostics: translator.finish() };
}

/** A file of environments alone is whole: `lock` and `rootfs` ask for no more. What is to be built takes all of it. */
function lackingKeys(value: unknown): string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  const builds = 'steps' in value || 'artifacts' in value;
  if (!builds) return [];
  return [
    ...('targets' in value || 'matrix' in value ? [] : ['targets']),
    ...('artifacts' in value ? [] : ['artifacts']),
  ];
}

type Issue = v.BaseIssue<unknown>;

/** Turns what valibot found into answers about the file. */
class Translator {
  readonly #document: Document;
  readonly #schema: AnySchema;
  readonly #file: string;
  /** By the path that each is about, so that one place is answered once. */
  readonly #found = new Map<string, { diagnostic: Diagnostic; path: Path }>();
  /** Keys that unknown ones were most likely meant to be. */
  readonly #meant = new Set<string>();

  constructor(document: Document, schema: AnySchema, file: string) {
    this.#document = document;
    this.#schema = schema;
    this.#file = file;
  }

  add(issue: Issue): void {
    const items = issue.path ?? [];
    const path = items.map((item) => item.key as string | number);
    // valibot takes a list for an object with the keys 0, 1, 2.
    const list = items.findIndex((item) => item.type === 'object' && Array.isArray(item.input));
    if (list >= 0) return this.#wrongKind(path.slice(0, list), items[list]!.input);
    if (issue.type === 'strict_object' && issue.expected === 'never') {
      return this.#unknownKeys(path.slice(0, -1), items.at(-1)!.input as object);
    }
    if (issue.type === 'strict_object' && issue.expected !== 'Object') return this.lacks(path);
    if (issue.type === 'custom') return this.#notYet(path, issue.message);
    if (issue.kind === 'schema') return this.#wrongKind(path, issue.input);
    const at = items.at(-1)?.origin === 'key' ? this.#document.atKey(path) : this.#document.at(path);
    const subject =
      issue.input && typeof issue.input === 'string' ? `\`${issue.input}\`` : this.#keyOrItem(path);
    this.#report(path, 'config-value', `${subject} ${issue.message}`, undefined, at);
  }

  finish(): Diagnostic[] {
    const found = [...this.#found.values()];
    const incomplete = new Set(
      found
        .filter(({ diagnostic }) => diagnostic.code === 'not-yet')
        .map(({ path }) => pathId(path.slice(0, -1))),
    );
    return found
      .filter(
        // A key that isn't served yet may stand for the one that is missing, as `alpine:` for `debian:`; so may one that is misspelt.
        ({ diagnostic, path }) =>
          diagnostic.code !== 'config-key-missing' ||
          (!incomplete.has(pathId(path.slice(0, -1))) && !this.#meant.has(pathId(path))),
      )
      .map(({ diagnostic }) => diagnostic);
  }

  #unknownKeys(path: Path, mapping: object): void {
    const entries = (schemaAt(this.#schema, path) as v.StrictObjectSchema<v.ObjectEntries, undefined>)
      .entries;
    const served = Object.keys(entries).filter((key) => unwrap(entries[key]!).type !== 'custom');
    for (const key of Object.keys(mapping)) {
      if (Object.hasOwn(entries, key)) continue;
      const full = [...path, key];
      for (const name of nearest(key, Object.keys(entries))) this.#meant.add(pathId([...path, name]));
      const cut = this.#document.isInBraces(path) && (mapping as Record<string, unknown>)[key] === '';
      const hint = cut
        ? 'between `{` and `}` a comma ends a value: write a text with commas in quotes'
        : suggest(key, Object.keys(entries), `keys of ${this.#named(path)}`, served);
      this.#report(full, 'config-key-unknown', `unknown key \`${key}\``, hint, this.#document.atKey(full));
    }
  }

  lacks(path: Path): void {
    const key = String(path.at(-1));
    const owner = path.slice(0, -1);
    const description = v.getDescription(schemaAt(this.#schema, path));
    const hint = `add \`${key}:\`${description === undefined ? '' : `, ${midSentence(description)}`}`;
    const message = `${this.#named(owner)} has no \`${key}\``;
    this.#report(path, 'config-key-missing', message, hint, this.#document.atKey(owner));
  }

  #named(path: Path): string {
    return path.length === 0 ? this.#file : named(path);
  }

  #keyOrItem(path: Path): string {
    return typeof path.at(-1) === 'string' ? `\`${path.at(-1)}\`` : this.#named(path);
  }

  #notYet(path: Path, instead: string): void {
    const message = `\`${path.at(-1)}\` is part of the format, but this version of Targetry can't serve it yet`;
    this.#report(path, 'not-yet', message, instead, this.#document.atKey(path));
  }

  #wrongKind(path: Path, found: unknown): void {
    const schema = schemaAt(this.#schema, path);
    const options =
      schema.type === 'picklist' ? (schema as v.PicklistSchema<string[], undefined>).options : [];
    const subject = this.#keyOrItem(path);
    const message =
      options.length > 2 && typeof found === 'string' && found !== ''
        ? `${subject} can't be ${shown(found)}`
        : `${subject} must be ${options.length > 0 && options.length <= 2 ? options.join(' or ') : kindOf(schema)}, and is ${shown(found)}`;
    const hint = this.#kindHint(path, schema, options, found);
    this.#report(path, 'config-value', message, hint, this.#document.at(path));
  }

  #kindHint(path: Path, schema: AnySchema, options: readonly string[], found: unknown): string | undefined {
    if (schema.type === 'array' && typeof found === 'string' && found !== '') {
      return `write a list: \`${path.at(-1)}: [${JSON.stringify(found)}]\``;
    }
    if (options.length > 0 && typeof found === 'string') {
      const meant = options.find((word) => word === meantByYaml[found.toLowerCase()]);
      return meant ? `write \`${meant}\`` : suggest(found, options, 'it may be one of these');
    }
    if (schema.type === 'array') return 'write a list: `[a, b]`, or one `- item` per line';
    if (this.#document.isInBraces(path))
      return 'put the text in quotes: what starts with `{` is a mapping to YAML';
    if (schema.type === 'record' || schema.type === 'strict_object') {
      return 'write `key: value`, one per line and indented under it';
    }
    return undefined;
  }

  #report(path: Path, code: Code, message: string, hint: string | undefined, at: Location): void {
    const id = pathId(path);
    if (!this.#found.has(id))
      this.#found.set(id, { path, diagnostic: { code, severity: 'error', message, hint, at } });
  }
}

/** What other readers of YAML take for a flag. */
const meantByYaml: Readonly<Record<string, string>> = {
  yes: 'true',
  on: 'true',
  y: 'true',
  no: 'false',
  off: 'false',
  n: 'false',
};

type AnySchema = v.BaseSchema<unknown, unknown, Issue>;

/** The schema that a path of the file leads to, without what only wraps it. */
function schemaAt(whole: AnySchema, path: Path): AnySchema {
  let schema = unwrap(whole);
  for (const step of path) {
    if (schema.type === 'strict_object') {
      schema = (schema as v.StrictObjectSchema<v.ObjectEntries, undefined>).entries[step] as AnySchema;
    } else if (schema.type === 'record') {
      schema = (schema as unknown as { value: AnySchema }).value;
    } else {
      schema = (schema as v.ArraySchema<AnySchema, undefined>).item;
    }
    schema = unwrap(schema);
  }
  return schema;
}

function unwrap(schema: AnySchema): AnySchema {
  return schema.type === 'exact_optional'
    ? (schema as v.ExactOptionalSchema<AnySchema, undefined>).wrapped
    : schema;
}

function kindOf(schema: AnySchema): string {
  switch (schema.type) {
    case 'strict_object':
    case 'record':
      return 'a mapping';
    case 'array':
      return 'a list';
    case 'union':
      return 'text or a list';
    case 'picklist':
      return 'a known word';
    default:
      return 'text';
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'string') return 'a mapping';
  return value === '' ? 'empty' : `\`${value.length > 40 ? `${value.slice(0, 39)}…` : value}\``;
}

/** `target "linux-x64"`, `item 2 of \`steps\``: the thing that a path leads to, for the middle of a sentence. */
function named(path: Path): string {
  const last = path.at(-1)!;
  if (typeof last === 'number') return `item ${last + 1} of \`${path.at(-2)}\``;
  if (path.length === 2) return `${String(path[0]).replace(/s$/, '')} \`${last}\``;
  return `\`${last}\``;
}

function midSentence(description: string): string {
  return `${description.charAt(0).toLowerCase()}${description.slice(1)}`.replace(/\.$/, '');
}

function pathId(path: Path): string {
  return JSON.stringify(path);
}
