import { auditCodes } from './codes/audit.ts';
import { configCodes } from './codes/config.ts';
import { engineCodes } from './codes/engine.ts';
import { operationCodes } from './codes/operation.ts';
import { packageCodes } from './codes/package.ts';
import { remoteCodes } from './codes/remote.ts';
import { rootCodes } from './codes/root.ts';

export type { ExitCode } from './codes/code-info.ts';

/**
 * Every code that a user can meet. A code is stable once released: scripts match on it and docs/errors has a page for
 * each, written from these tables by `npm run docs`.
 */
export const codes = {
  ...operationCodes,
  ...configCodes,
  ...auditCodes,
  ...rootCodes,
  ...remoteCodes,
  ...packageCodes,
  ...engineCodes,
} as const;

export type Code = keyof typeof codes;
