import type { AuditResult } from '../operations/audit.ts';
import { renderAuditJson } from './audit-json.ts';
import { renderAuditMarkdown } from './audit-markdown.ts';
import { renderAuditSarif } from './audit-sarif.ts';
import { renderAudit } from './audit.ts';

interface Options {
  readonly color: boolean;
  readonly verbose: boolean;
  /** Of Targetry. */
  readonly version: string;
}

export function renderAuditAs(
  format: 'text' | 'json' | 'sarif' | 'markdown',
  result: AuditResult,
  options: Options,
): string {
  switch (format) {
    case 'json':
      return renderAuditJson(result.artifacts);
    case 'sarif':
      return renderAuditSarif(result.artifacts, options.version);
    case 'markdown':
      return renderAuditMarkdown(result);
    case 'text':
      return renderAudit(result, options);
  }
}
