import {
  parseApkDependencies,
  parseApkDependency,
  type ApkDependency,
} from '../../formats/apk-dependency.ts';
import { isApkVersion } from '../../formats/apk-version.ts';

/** One paragraph of an APKINDEX: one version of one package. */
export class ApkPackage {
  readonly name: string;
  readonly version: string;
  /** `Q1…`: the sha1 of the control member, in base64. It names the package, whichever repositories have it. */
  readonly checksum: string;
  readonly arch: string;
  /** Of the whole file. */
  readonly size: number;
  readonly installedSize: number;
  /** Of several that provide a name without a version, the highest is taken; without any, none is by itself. */
  readonly priority: number;
  readonly #lines: ReadonlyMap<string, string>;
  #depends: readonly ApkDependency[] | undefined;
  #provides: readonly ApkDependency[] | undefined;
  #installIf: readonly ApkDependency[] | undefined;

  constructor(lines: ReadonlyMap<string, string>) {
    this.#lines = lines;
    this.name = lines.get('P')!;
    this.version = lines.get('V')!;
    this.checksum = lines.get('C')!;
    this.arch = lines.get('A') ?? 'noarch';
    this.size = Number(lines.get('S') ?? 0);
    this.installedSize = Number(lines.get('I') ?? 0);
    this.priority = Number(lines.get('k') ?? 0);
  }

  get depends(): readonly ApkDependency[] {
    return (this.#depends ??= parseApkDependencies(this.#lines.get('D') ?? ''));
  }

  /** Since version 3 apk installs no such package; before it passed over what it couldn't read. */
  get hasUnreadableDepends(): boolean {
    return (this.#lines.get('D') ?? '')
      .split(' ')
      .some((word) => word !== '' && !isReadable(parseApkDependency(word)));
  }

  get provides(): readonly ApkDependency[] {
    return (this.#provides ??= parseApkDependencies(this.#lines.get('p') ?? ''));
  }

  /** It comes by itself where all of these are there. */
  get installIf(): readonly ApkDependency[] {
    return (this.#installIf ??= parseApkDependencies(this.#lines.get('i') ?? ''));
  }
}

/** What a package needs to be one at all; its name and version become the name of a file. */
export function isPackageParagraph(lines: ReadonlyMap<string, string>): boolean {
  return ['P', 'V', 'C', 'A'].every((key) => {
    const word = lines.get(key) ?? (key === 'A' ? 'noarch' : '');
    return word !== '' && (key === 'C' || !/[/\s]|^\.\.?$/.test(word));
  });
}

function isReadable(dependency: ApkDependency | undefined): boolean {
  if (dependency === undefined) return false;
  const { operator, version } = dependency;
  return version === undefined || operator === '><' || isApkVersion(version);
}
