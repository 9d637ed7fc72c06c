/** `targetry/audit`: where native files run, and why not elsewhere. See docs/audit.md. */
export { parsePromise, type AbiPromise } from '../abi/promise.ts';
export { auditPaths, type AuditOptions } from './audit-paths.ts';
export type * from './report.ts';
