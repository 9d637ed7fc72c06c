// docs/failures.md from the known failures.
import { failureClasses } from '../../build/src/explain/failure-classes.js';
import { sentence } from './sentence.mjs';

export function failuresPage() {
  return `# Known failures

What \`targetry explain\` knows, made from the files that it reads: [how it is used](explain.md). A name stays the same between releases.
${failureClasses.map(failureSection).join('')}`;
}

function failureSection({ class: name, cause, cure, candidates = [], examples, references }) {
  const ways = typeof cure === 'string' ? cure : cure.any;
  const others = candidates.map(
    (candidate) =>
      `- **Or [${candidate.class}](#${candidate.class}):** ${sentence(withoutNames(candidate.decides))}\n`,
  );
  return `
## ${name}

${sentence(withoutNames(cause))}

- **Cure:** ${sentence(withoutNames(ways))}
${others.join('')}- **See:** ${references.map((address) => `<${address}>`).join(', ')}

\`\`\`text
${examples[0]}
\`\`\`
`;
}

// What stands for words of the log is shown by the words that are said where the log has none.
function withoutNames(text) {
  const once = text.replaceAll(/\{(\w+)(?:\|([^{}]*))?\}/g, (_, name, words) =>
    name === 'install'
      ? 'install the package that brings it'
      : `${name === 'inside' ? '; in a step of Targetry ' : ''}${words ?? '…'}`,
  );
  return once === text ? once.replaceAll(/ +(?=[,.:;)])/g, '') : withoutNames(once);
}
