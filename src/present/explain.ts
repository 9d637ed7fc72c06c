import { jsonText } from '../base/json-text.ts';
import type { LogExplanation } from '../operations/explain.ts';
import type { FoundCause } from '../explain/explain.ts';
import { plainText } from './printable.ts';
import { styleFor, type Style } from './style.ts';
import { underlinedLines } from './underlined.ts';
import { counted } from '../base/units.ts';
import { fold } from './width.ts';

/** `targetry.explain/1`, whose keys docs/explain.md tells. */
export function explanationJson({ findings, log }: LogExplanation): string {
  const told = findings.map(({ evidence, ...finding }) => ({
    class: finding.class,
    confidence: finding.confidence,
    guessed: finding.guessed,
    cause: finding.cause,
    cure: finding.cure,
    lines: evidence.map(({ line }) => line),
    evidence: evidence.map(({ line, text, from, to }) => ({ line, text, from, to })),
    consequences: finding.consequences,
    candidates: finding.candidates,
    asked: finding.asked,
    references: finding.references,
  }));
  return jsonText({ schema: 'targetry.explain/1', log, findings: told });
}

const mostEvidence = 3;
const mostColumns = 110;
const labelWidth = 8;
const textWidth = 100;

/** The root cause first: what it is, the lines that say so, why it happens, what cures it. */
export function renderExplanation(
  { findings, log, lines }: LogExplanation,
  { color, named }: { readonly color: boolean; /** Whether by the user. */ readonly named: boolean },
): string {
  const style = styleFor(color);
  if (findings.length === 0) return `nothing known is in ${plainText(log)} (${counted(lines, 'line')})\n`;
  const [root, ...others] = findings;
  const parts = [renderFinding(root!, style, named ? undefined : log)];
  if (others.length > 0) parts.push(`${others.map((finding) => besides(finding, style)).join('\n')}\n`);
  return parts.join('\n');
}

function renderFinding(finding: FoundCause, style: Style, log: string | undefined): string {
  const { class: name, cause, cure, evidence, consequences, candidates, asked } = finding;
  const more = (label: string, text: string) =>
    `${style.cyan(`${label}:`.padEnd(labelWidth))}${fold(plainText(text), textWidth, ' '.repeat(labelWidth))}`;
  const lines = [`${style.bold(style.red(name))} ${style.dim(`(${sureness(finding)})`)}`];
  const width = String(Math.max(...evidence.map(({ line }) => line))).length;
  for (const sighting of evidence.slice(0, mostEvidence))
    lines.push(...underlinedLines(sighting, { width, columns: mostColumns, hue: style.red, style }));
  lines.push(more('why', cause));
  for (const { class: looked, check, agrees, found } of asked)
    lines.push(more('here', `${looked} ${agrees ? 'is so' : 'is not so now'}: ${found} [${check}]`));
  lines.push(more('cure', cure));
  for (const { class: other, decides } of candidates)
    lines.push(more('or', `${other}, which tells: ${decides}`));
  if (consequences.length > 0) {
    const told = consequences.map(({ class: other, line }) => `${other} (line ${line})`).join(', ');
    lines.push(more('after', told));
  }
  if (log !== undefined) lines.push(more('log', log));
  lines.push(style.dim(`${'more:'.padEnd(labelWidth)}docs/failures.md#${name}`));
  return `${lines.join('\n')}\n`;
}

function sureness({ confidence, guessed }: FoundCause): string {
  if (guessed) return 'a guess by its words';
  return confidence >= 0.9
    ? 'sure'
    : confidence >= 0.75
      ? 'likely'
      : confidence >= 0.6
        ? 'probable'
        : 'possible';
}

function besides(finding: FoundCause, style: Style): string {
  const { class: name, cause, evidence } = finding;
  const where = style.dim(`(${sureness(finding)}, line ${evidence[0]!.line})`);
  return `besides ${style.bold(name)} ${where}: ${fold(plainText(cause), textWidth, '  ')}`;
}
