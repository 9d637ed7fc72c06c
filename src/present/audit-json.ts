import type { ArtifactAudit } from '../audit/report.ts';

/** The shape of `schema/targetry.audit.schema.json`. */
export function renderAuditJson(artifacts: readonly ArtifactAudit[]): string {
  return `${JSON.stringify({ schema: 'targetry.audit/1', artifacts }, null, 2)}\n`;
}
