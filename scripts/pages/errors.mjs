// docs/errors/ from the tables of codes: a page for each, and the list of all.
import { codes } from '../../build/src/report/codes.js';
import { sentence } from './sentence.mjs';

const exits = { 1: 'the answer is no', 2: 'the request was wrong', 3: 'this machine or network cannot' };

/** By their names in the folder. */
export function errorPages() {
  const pages = Object.entries(codes).map(([code, info]) => [`${code}.md`, errorPage(code, info)]);
  return new Map([...pages, ['README.md', listOfErrors()]]);
}

function errorPage(code, { exit, title, cause, cure }) {
  return `# ${code}

${sentence(title)}

- **Exit code:** ${exit} (${exits[exit]})
- **Cause:** ${sentence(cause)}
- **Next step:** ${sentence(cure)}
`;
}

function listOfErrors() {
  const rows = Object.entries(codes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { exit, title }]) => `| [${code}](${code}.md) | ${exit} | ${title} |\n`);
  return `# Errors

Every error that Targetry reports has a code that stays the same between releases.

| code | exit | what happened |
| --- | --- | --- |
${rows.join('')}`;
}
