import { jsonText } from '../base/json-text.ts';
import type { ArtifactAudit } from '../audit/report.ts';

/** The shape of `schema/targetry.audit.schema.json`. */
export function renderAuditJson(artifacts: readonly ArtifactAudit[]): string {
  return jsonText({ schema: 'targetry.audit/1', artifacts });
}
