import { auditCodes } from './codes/audit.js';
import { configCodes } from './codes/config.js';
import { engineCodes } from './codes/engine.js';
import { operationCodes } from './codes/operation.js';
import { packageCodes } from './codes/package.js';
import { remoteCodes } from './codes/remote.js';
import { rootCodes } from './codes/root.js';

export type { ExitCode } from './codes/code-info.js';

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
