import { readdirSync, readFileSync } from 'node:fs';
import { parseDeb822, words, type Stanza } from '../../../src/formats/deb822.ts';
import { PackageIndex } from '../../../src/packages/deb/package-index.ts';
import { MultiArchUniverse } from '../../../src/packages/deb/multi-arch.ts';
import { DebUniverse } from '../../../src/packages/deb/universe.ts';
import type { Choice, Universe } from '../../../src/packages/solve/universe.ts';

interface Scenario {
  /** With the name of its file. */
  readonly title: string;
  readonly want: readonly string[];
  /** Other CPUs than amd64 whose packages may be chosen. */
  readonly foreign: readonly string[];
  readonly recommends: boolean;
  /** Its packages, as a Packages file. */
  readonly index: string;
  readonly fields: Stanza;
  /** Package and why it is there. */
  readonly reasons: readonly (readonly [string, string])[];
}

const folder = new URL('../../../../test/unit/packages/scenarios/', import.meta.url);

/** All scenarios of all files; the README beside them says what they consist of. */
export function* readScenarios(): Generator<Scenario, void, void> {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
    for (const text of readFileSync(new URL(file, folder), 'utf8').split(/^====$/m)) {
      const [head = '', ...paragraphs] = text.trim().split('\n\n');
      // A scenario may give several reasons; deb822 allows each field once.
      const reasons = [...head.matchAll(/^reason: (\S+): (.*)$/gm)].map(
        (match) => [match[1]!, match[2]!] as const,
      );
      const fields = parseDeb822(head.replace(/^reason: .*\n?/gm, ''))[0]!;
      yield {
        title: `${file.replace('.txt', '')}: ${fields.get('title')}`,
        want: words(fields.get('want')),
        foreign: words(fields.get('foreign')),
        recommends: fields.get('recommends') === 'yes',
        index: paragraphs.map(complete).join('\n'),
        fields,
        reasons,
      };
    }
  }
}

/** Adds what a Packages file always has, and a scenario doesn't care about. */
function complete(paragraph: string, number: number): string {
  const has = (field: string) => new RegExp(`^${field}:`, 'm').test(paragraph);
  const name = /^Package: (.*)$/m.exec(paragraph)![1]!;
  const lines = [paragraph.trim()];
  if (!has('Version')) lines.push('Version: 1');
  if (!has('Architecture')) lines.push('Architecture: amd64');
  if (!has('Priority')) lines.push('Priority: optional');
  lines.push(
    `Filename: pool/${name}-${number}.deb`,
    'Size: 1',
    `SHA256: ${String(number).padStart(64, '0')}`,
  );
  return `${lines.join('\n')}\n`;
}

/** Where there are several CPUs, one index has the packages of all. */
export function scenarioUniverse(index: string, foreign: readonly string[]): Universe<Choice> {
  const sources = [{ index: new PackageIndex(index, 'test main'), priority: 500 }];
  if (foreign.length === 0) return new DebUniverse(sources);
  return new MultiArchUniverse(new Map(['amd64', ...foreign].map((arch) => [arch, sources])));
}
