import { errorCode } from './error-code.ts';
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is full",
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  EISDIR: 'a folder has its name',
  ENOENT: 'a part of its path is a link that leads nowhere',
  ENAMETOOLONG: 'its name is too long',
};

/** Of an error that the system gave for a path that a user named; undefined for all that a user can't cure. */
export function whyUnwritable(error: unknown): string | undefined {
  return REASONS[errorCode(error)];
}
