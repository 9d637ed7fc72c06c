import { homedir } from 'node:os';
import type { Env } from './env.ts';

/** The user's home. One that a container made up has none, and gets what container runtimes say then. */
export function homeOf(env: Env): string {
  return env['HOME'] || accountHome();
}

function accountHome(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}
