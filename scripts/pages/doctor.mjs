// docs/doctor.md from the checks of the doctor.
import { readFileSync } from 'node:fs';
import { groups } from '../../build/src/doctor/check.js';
import { checks } from '../../build/src/doctor/checks.js';
import { sentence } from './sentence.mjs';

const titles = {
  machine: 'This machine',
  network: 'The network',
  engine: 'The engine, from inside',
  project: 'The project',
};

export function doctorPage() {
  const intro = readFileSync(new URL('doctor-intro.md', import.meta.url), 'utf8');
  const sections = groups
    .map((group) => ({ group, mine: checks.filter((check) => check.group === group) }))
    .filter(({ mine }) => mine.length > 0)
    .map(({ group, mine }) => `\n## ${titles[group]}\n${mine.map(checkSection).join('')}`);
  return intro + sections.join('');
}

function checkSection({ id, title, proves, how, costs, cure }) {
  const rows = { Proves: proves, How: how, 'Without it': costs, Cure: cure };
  const lines = Object.entries(rows).map(([name, text]) => `- **${name}:** ${sentence(text)}\n`);
  return `\n### \`${id}\`: ${title}\n\n${lines.join('')}`;
}
