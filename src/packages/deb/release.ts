import { parseDeb822, words } from '../../formats/deb822.ts';
import { FormatError } from '../../formats/format-error.ts';

/** What a Release file says of one suite. Only ever made from text whose signature was checked. */
export interface Release {
  readonly codename: string;
  readonly suite: string;
  readonly date: Date;
  readonly validUntil: Date | undefined;
  /** Files may be fetched by their hash, so that an update of the mirror in between does no harm. */
  readonly byHash: boolean;
  /** Whether packages for every CPU are in an index of their own, besides each CPU's. */
  readonly separateAll: boolean;
  /** What its packages count where the user says nothing: apt's pin priority. */
  readonly priority: number;
  readonly components: readonly string[];
  readonly architectures: readonly string[];
  /** By path relative to the suite's folder: `main/binary-amd64/Packages.xz`. */
  readonly files: ReadonlyMap<string, { readonly sha256: string; readonly size: number }>;
}

export function parseRelease(text: string): Release {
  const stanzas = parseDeb822(text);
  const fields = stanzas[0];
  if (fields === undefined || stanzas.length > 1)
    throw new FormatError('Release', 'it is not exactly one paragraph');
  const hashes = fields.get('sha256');
  if (hashes === undefined) throw new FormatError('Release', 'it lists no SHA256 hashes');
  const files = new Map<string, { sha256: string; size: number }>();
  for (const line of hashes.split('\n')) {
    const [sha256, size, path] = words(line);
    if (sha256 === undefined || size === undefined || path === undefined) continue;
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new FormatError('Release', `"${sha256}" is not a SHA256 hash`);
    files.set(path.replace(/^\.\//, ''), { sha256, size: Number(size) });
  }
  const dated = date(fields.get('date'));
  if (dated === undefined) throw new FormatError('Release', 'it has no date');
  const architectures = words(fields.get('architectures'));
  return {
    codename: fields.get('codename') ?? '',
    suite: fields.get('suite') ?? '',
    date: dated,
    validUntil: date(fields.get('valid-until')),
    byHash: fields.get('acquire-by-hash') === 'yes',
    separateAll:
      architectures.includes('all') &&
      !words(fields.get('no-support-for-architecture-all')).includes('Packages'),
    priority: priorityOf(fields.get('notautomatic'), fields.get('butautomaticupgrades')),
    // The security archive says `updates/main` for what its folders call `main`.
    components: words(fields.get('components')).map((component) => component.replace(/^updates\//, '')),
    architectures,
    files,
  };
}

/** Backports and experimental say that they are for those who ask for them. */
function priorityOf(notAutomatic: string | undefined, butUpgrades: string | undefined): number {
  if (notAutomatic !== 'yes') return 500;
  return butUpgrades === 'yes' ? 100 : 1;
}

function date(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const value = new Date(text);
  if (Number.isNaN(value.getTime())) throw new FormatError('Release', `"${text}" is not a date`);
  return value;
}
