import type { InitResult } from '../operations/init.ts';

/** What was written, and what to do with it. */
export function renderInit({ what, because, others, absent, file, text, targets }: InitResult): string {
  return [
    `${file}: ${what}, as ${because} tells, for ${targets.join(', ')}`,
    '',
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '' : `  ${line}`)),
    '',
    ...(others.length === 0
      ? []
      : [
          `There ${others.length === 1 ? 'is' : 'are'} ${others.join(', ')} too: \`rm ${file} && targetry init ${others[0]}\` writes for that instead.`,
        ]),
    ...(absent.length === 0
      ? []
      : [
          `Submodules of git whose files are not here: ${absent.join(', ')}. Where steps need them: git submodule update --init --recursive`,
        ]),
    `Look at it, above all at \`artifacts\`; then run: targetry build`,
    '',
  ].join('\n');
}
