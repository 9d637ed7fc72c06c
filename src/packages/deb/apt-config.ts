/**
 * The machine's own apt configuration, as far as it says where packages come from: `sources.list`, `sources.list.d` in
 * both formats, and two settings of `apt.conf` about dates. Whatever can't be read is left out: apt itself will tell the
 * user, and Targetry has other servers to fall back on.
 */
import { join } from 'node:path';
import { namesIfAny, textIfAny } from '../../base/if-any.ts';
import { parseDeb822, words } from '../../formats/deb822.ts';
import { FormatError } from '../../formats/format-error.ts';

export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Files or fingerprints, as written; empty where the machine's general keys count. */
  readonly signedBy: string;
  /** The CPUs that it is for; none where it is for all of the machine's. */
  readonly architectures: readonly string[];
  /** Whether apt checks how old this source's indexes are; undefined where apt's general setting decides. */
  readonly checkValidUntil: boolean | undefined;
  /** The file that says so, for messages. */
  readonly file: string;
}

export interface AptConfiguration {
  readonly sources: readonly AptSource[];
  /** `Acquire::Check-Valid-Until`, true where it isn't set. */
  readonly checkValidUntil: boolean;
  /** `Acquire::Check-Date`: whether an index from the future is refused. */
  readonly checkDate: boolean;
}

export async function readAptConfiguration(folder: string): Promise<AptConfiguration> {
  const settings = new Map<string, string>();
  const parts = namesIfAny(join(folder, 'apt.conf.d'))
    .filter((name) => !name.includes('.') || name.endsWith('.conf'))
    .sort();
  for (const file of [...parts.map((name) => join(folder, 'apt.conf.d', name)), join(folder, 'apt.conf')]) {
    parseAptConf(await textIfAny(file), settings);
  }
  const sources: AptSource[] = parseSourcesList(
    await textIfAny(join(folder, 'sources.list')),
    join(folder, 'sources.list'),
  );
  for (const name of namesIfAny(join(folder, 'sources.list.d')).sort()) {
    const file = join(folder, 'sources.list.d', name);
    if (name.endsWith('.list')) sources.push(...parseSourcesList(await textIfAny(file), file));
    else if (name.endsWith('.sources')) sources.push(...parseSources(await textIfAny(file), file));
  }
  return {
    sources,
    checkValidUntil: isTrue(settings.get('acquire::check-valid-until')) ?? true,
    checkDate: isTrue(settings.get('acquire::check-date')) ?? true,
  };
}

/** `deb [option=value …] URI suite component…`, one per line. */
function parseSourcesList(content: string, file: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of content.split('\n')) {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (match === null) continue;
    const [, options = '', uri, suite, components] = match;
    const option = (name: string) => new RegExp(`(?:^|\\s)${name}\\+?=(\\S+)`, 'i').exec(options)?.[1];
    sources.push({
      uri: uri!,
      suite: suite!,
      components: words(components),
      signedBy: option('signed-by') ?? '',
      architectures: (option('arch') ?? '').split(',').filter((arch) => arch !== ''),
      checkValidUntil: isTrue(option('check-valid-until')),
      file,
    });
  }
  return sources;
}

/** The newer format: paragraphs with `Types`, `URIs`, `Suites`, `Components`. */
function parseSources(content: string, file: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const stanza of paragraphs(content)) {
    if (isTrue(stanza.get('enabled')) === false || !words(stanza.get('types')).includes('deb')) continue;
    for (const uri of words(stanza.get('uris'))) {
      for (const suite of words(stanza.get('suites'))) {
        sources.push({
          uri,
          suite,
          components: words(stanza.get('components')),
          signedBy: stanza.get('signed-by') ?? '',
          architectures: words(stanza.get('architectures')),
          checkValidUntil: isTrue(stanza.get('check-valid-until')),
          file,
        });
      }
    }
  }
  return sources;
}

function paragraphs(content: string): ReturnType<typeof parseDeb822> {
  try {
    return parseDeb822(content);
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}

const CONF_TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|#[^\n]*|"([^"]*)"|([{};])|([^\s{};"]+)/g;

/** `A::B "value";` and `A { B "value"; };`, with names in lower case. Lists and directives are passed over. */
export function parseAptConf(content: string, into: Map<string, string>): void {
  const scopes: string[] = [];
  let name = '';
  let value: string | undefined;
  for (const [, quoted, sign, word] of content.matchAll(CONF_TOKEN)) {
    if (sign === '{') {
      scopes.push(name);
    } else if (sign !== undefined) {
      if (name !== '' && value !== undefined) into.set([...scopes, name].join('::'), value);
      if (sign === '}') scopes.pop();
    } else if (quoted !== undefined) {
      value = quoted;
      continue;
    } else if (word !== undefined) {
      if (name === '') name = word.toLowerCase();
      else value = word;
      continue;
    } else {
      continue;
    }
    name = '';
    value = undefined;
  }
}

function isTrue(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (/^(yes|true|with|on|enable|1)$/i.test(value)) return true;
  if (/^(no|false|without|off|disable|0)$/i.test(value)) return false;
  return undefined;
}
