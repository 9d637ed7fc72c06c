import type { InitResult } from '../operations/init.ts';

/** What was written, and what to do with it. */
export function renderInit({ what, because, file, text, targets }: InitResult): string {
  return [
    `${file}: ${what}, as ${because} tells, for ${targets.join(', ')}`,
    '',
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '' : `  ${line}`)),
    '',
    `Look at it, above all at \`artifacts\`; then run: targetry build`,
    '',
  ].join('\n');
}
