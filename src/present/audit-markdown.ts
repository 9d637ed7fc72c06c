import type { AuditResult } from '../operations/audit.ts';
import type { ArtifactAudit } from '../audit/report.ts';
import { markdownText as text } from './markdown-text.ts';
import { artifactRow, describeFloor, describeReleases, mainReasons, verdictOf } from './audit-words.ts';

/** For a release page or a comment: a table, then what is wrong, then where each artifact runs. */
export function renderAuditMarkdown({ artifacts, floors }: AuditResult): string {
  const head = ['artifact', 'CPU', 'needs', 'runs on', 'problems'];
  const rows = artifacts.map((artifact) => artifactRow(artifact, floors.get(artifact) ?? []));
  const table = [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))];
  const sections = artifacts.map((artifact) => section(artifact, floors));
  return `${table.map((row) => `| ${row.join(' | ')} |\n`).join('')}\n${sections.join('\n')}`;
}

function section(artifact: ArtifactAudit, floors: AuditResult['floors']): string {
  const { path, problems, runsOn } = artifact;
  const lines = [`## ${text(path)}`, '', sentence(text(verdictOf(artifact))), ''];
  for (const floor of floors.get(artifact) ?? []) {
    lines.push(`- needs ${text(describeFloor(floor, artifact.elfs.length > 1))}`);
    if (floor.hint !== undefined) lines.push(`  - ${text(floor.hint)}`);
  }
  for (const { label, releases } of describeReleases(runsOn)) lines.push(`- ${label}: ${text(releases)}`);
  for (const { label, reason } of mainReasons(runsOn)) lines.push(`- ${label}: ${text(reason)}`);
  for (const { severity, code, message, hint, path: inside } of problems) {
    const place = inside === null || message.includes(inside) ? '' : `${text(inside)}: `;
    lines.push(`- **${severity}** \`${code}\`: ${place}${text(message)}`);
    if (hint !== undefined) lines.push(`  - ${text(hint)}`);
  }
  return `${lines.join('\n')}\n`;
}

function sentence(words: string): string {
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}.`;
}

function cell(words: string): string {
  return text(words).replaceAll('|', '\\|');
}
