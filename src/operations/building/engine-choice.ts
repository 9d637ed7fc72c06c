/** What the user says of who builds. */
export interface EngineChoice {
  readonly name: 'embedded' | 'buildkit' | 'auto' | undefined;
  /** Where the daemon is; it says by itself that one is meant. */
  readonly address: string | undefined;
  /** A folder with `ca.pem`, `cert.pem` and `key.pem`. */
  readonly certificates: string | undefined;
  /** Several daemons that share the targets, as `--builder` names them. */
  readonly builders: readonly string[];
}
