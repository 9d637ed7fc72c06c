import { FormatError } from './format-error.ts';

/** One paragraph of a deb822 file. Names are lower-case; the lines of a long value are joined with `\n`. */
export type Stanza = ReadonlyMap<string, string>;

/**
 * Reads deb822 text: control files, Release, `.sources`. Lines that begin with `#` are comments. For the big Packages
 * files, of which few stanzas are ever looked at, see `packages/deb/package-index.ts`.
 */
export function parseDeb822(text: string): Stanza[] {
  const stanzas: Stanza[] = [];
  let stanza = new Map<string, string>();
  let name = '';
  const finish = () => {
    if (stanza.size > 0) stanzas.push(stanza);
    stanza = new Map();
    name = '';
  };
  let number = 0;
  for (const raw of text.split('\n')) {
    number++;
    const line = raw.trimEnd();
    if (line === '') {
      finish();
    } else if (line.startsWith('#')) {
      continue;
    } else if (line.startsWith(' ') || line.startsWith('\t')) {
      if (name === '') throw new FormatError('deb822', `line ${number} continues a field, but there is none`);
      const more = line.trimStart();
      stanza.set(name, `${stanza.get(name)!}\n${more === '.' ? '' : more}`);
    } else {
      const colon = line.indexOf(':');
      if (colon < 1)
        throw new FormatError('deb822', `line ${number} has no field name: ${line.slice(0, 60)}`);
      name = line.slice(0, colon).toLowerCase();
      if (stanza.has(name)) throw new FormatError('deb822', `line ${number} gives ${name} a second time`);
      stanza.set(name, line.slice(colon + 1).trim());
    }
  }
  finish();
  return stanzas;
}

/** The words of a value that is a list: `Components: main contrib`. */
export function words(value: string | undefined): string[] {
  return (value ?? '').split(/\s+/).filter((word) => word !== '');
}
