import { words, type Stanza } from '../../formats/deb822.ts';
import type { RpmPackage } from '../../formats/rpm.ts';
import type { PackageFacts } from './contents.ts';

export function debFacts(control: Stanza): PackageFacts {
  const list = (field: string): string[] =>
    (control.get(field) ?? '')
      .split(',')
      .map((relation) => relation.replace(/\s+/g, ' ').trim())
      .filter((relation) => relation !== '');
  return {
    name: control.get('package') ?? '',
    version: control.get('version') ?? '',
    arch: control.get('architecture') ?? '',
    depends: [...list('pre-depends'), ...list('depends')],
    recommends: [...list('recommends'), ...list('suggests')],
    provides: list('provides'),
  };
}

/** `.PKGINFO`: lines of `key = value`, a key as often as it has values. */
export function pkginfoFacts(text: string): PackageFacts {
  const values = (key: string): string[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${key} = `))
      .map((line) => line.slice(key.length + 3).trim());
  return {
    name: values('pkgname')[0] ?? '',
    version: values('pkgver')[0] ?? '',
    arch: values('arch')[0] ?? '',
    depends: values('depend').flatMap(words),
    recommends: [],
    provides: values('provides').flatMap(words),
  };
}

export function rpmFacts(header: RpmPackage): PackageFacts {
  return {
    name: header.name,
    version: `${header.version}-${header.release}`,
    arch: header.arch,
    depends: header.requires,
    recommends: [],
    provides: header.provides,
  };
}
