import { parseRelations, type Relation } from '../../formats/deb-relation.ts';
import { FormatError } from '../../formats/format-error.ts';
import { Failure } from '../../report/failure.ts';
import type { Choice } from '../solve/universe.ts';

const PRIORITIES = ['required', 'important', 'standard', 'optional', 'extra'];

/** One paragraph of a Packages file. Relations are read when they are asked for: of most packages nobody asks. */
export class DebPackage implements Choice {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  /** `debian bullseye main`: distro, suite and component. */
  readonly repository: string;
  /** Relative to the archive's base. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly multiArch: Choice['multiArch'];
  readonly essential: boolean;
  readonly important: boolean;
  readonly priority: number;
  readonly #fields: ReadonlyMap<string, string>;
  readonly #relations = new Map<string, readonly (readonly Relation[])[]>();

  constructor(paragraph: string, repository: string) {
    const fields = readFields(paragraph);
    const needed = (name: string): string => {
      const value = fields.get(name) ?? '';
      if (value === '') throw invalid(repository, `${fields.get('Package') ?? 'a package'} has no ${name}`);
      return value;
    };
    this.#fields = fields;
    this.repository = repository;
    this.name = needed('Package');
    this.version = needed('Version');
    this.arch = needed('Architecture');
    this.path = needed('Filename').replace(/^\.\//, '');
    this.size = Number(needed('Size'));
    this.sha256 = needed('SHA256').toLowerCase();
    if (!Number.isSafeInteger(this.size) || !/^[0-9a-f]{64}$/.test(this.sha256)) {
      throw invalid(repository, `the size or the SHA256 of ${this.name} is not one`);
    }
    this.multiArch = (fields.get('Multi-Arch') ?? 'no') as Choice['multiArch'];
    this.essential = fields.get('Essential') === 'yes';
    this.important = fields.get('Important') === 'yes' || fields.get('Protected') === 'yes';
    const priority = PRIORITIES.indexOf(fields.get('Priority') ?? 'extra');
    this.priority = priority < 0 ? PRIORITIES.length : priority + 1;
  }

  get depends(): readonly (readonly Relation[])[] {
    return this.#groups('Pre-Depends', 'Depends');
  }

  get recommends(): readonly (readonly Relation[])[] {
    return this.#groups('Recommends');
  }

  get suggests(): readonly (readonly Relation[])[] {
    return this.#groups('Suggests');
  }

  get conflicts(): readonly Relation[] {
    return this.#groups('Conflicts', 'Breaks').flat();
  }

  get provides(): readonly Relation[] {
    return this.#groups('Provides').flat();
  }

  #groups(...names: string[]): readonly (readonly Relation[])[] {
    const key = names[0]!;
    let groups = this.#relations.get(key);
    if (groups === undefined) {
      groups = names.flatMap((name) => this.#relationsOf(name));
      this.#relations.set(key, groups);
    }
    return groups;
  }

  #relationsOf(field: string): Relation[][] {
    try {
      return parseRelations(this.#fields.get(field) ?? '');
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw invalid(this.repository, `${field} of ${this.name}: ${error.message}`, error);
    }
  }
}

/** What a signed index gets wrong no other server gets right. */
function invalid(repository: string, why: string, cause?: unknown): Failure {
  return new Failure('index-invalid', `the index of ${repository} can't be read`, { why, cause });
}

const READ = new Set([
  'Package',
  'Version',
  'Architecture',
  'Filename',
  'Size',
  'SHA256',
  'Multi-Arch',
  'Essential',
  'Important',
  'Protected',
  'Priority',
  'Pre-Depends',
  'Depends',
  'Recommends',
  'Suggests',
  'Conflicts',
  'Breaks',
  'Provides',
]);

function readFields(paragraph: string): Map<string, string> {
  const fields = new Map<string, string>();
  let last: string | undefined;
  for (const line of paragraph.split('\n')) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (last !== undefined) fields.set(last, `${fields.get(last)!} ${line.trim()}`.trim());
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    last = READ.has(name) ? name : undefined;
    if (last !== undefined) fields.set(last, line.slice(colon + 1).trim());
  }
  return fields;
}
