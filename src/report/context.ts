import type { Env } from '../base/env.ts';
import type { Emit } from './event.ts';

/** All that a command may know of the world it was started in. Made once, in `cli/main.ts`. */
export interface Context {
  readonly cwd: string;
  readonly env: Env;
  /** The folder of the store: `TARGETRY_STORE`, else `$XDG_CACHE_HOME/targetry`, else `~/.cache/targetry`. */
  readonly store: string;
  readonly emit: Emit;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}
