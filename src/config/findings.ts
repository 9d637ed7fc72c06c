import type { Code } from '../report/codes.ts';
import type { Diagnostic, Location } from '../report/diagnostic.ts';
import { suggest } from '../report/suggest.ts';
import type { Document, Path } from './document.ts';

/** What is found about a file while it is resolved, with the places of the file at hand. */
export class Findings {
  readonly all: Diagnostic[] = [];
  readonly document: Document;

  constructor(document: Document) {
    this.document = document;
  }

  error(code: Code, message: string, at: Location, hint?: string): void {
    // What a matrix repeats is written once.
    const told = this.all.some((one) => one.message === message && sameStart(one.at, at));
    if (!told) this.all.push({ code, severity: 'error', message, hint, at });
  }

  warning(code: Code, message: string, at: Location, hint: string): void {
    this.all.push({ code, severity: 'warning', message, hint, at });
  }

  /** A word that should be one of `names`. */
  unknown(code: Code, what: string, word: string, names: readonly string[], path: Path): void {
    const hint = suggest(word, names, `${what}s that there are`);
    this.error(code, `there is no ${what} \`${word}\``, this.document.at(path), hint);
  }
}

/** Of the file that is resolved. */
export interface FilePlace {
  /** What its paths are relative to. */
  readonly folder: string;
  readonly findings: Findings;
}

function sameStart(one: Location | undefined, other: Location): boolean {
  return one?.file === other.file && one.line === other.line && one.column === other.column;
}
