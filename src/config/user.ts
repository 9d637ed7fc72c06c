/** The user's own configuration: what holds for all projects on this machine. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Env } from '../base/env.ts';
import { checkUserDocument } from './check.ts';
import { Findings } from './findings.ts';
import type { BuilderRule } from './project.ts';
import { invalid, readDocument, readText } from './read.ts';
import { resolveBuilders } from './resolve-builders.ts';

export interface UserConfiguration {
  readonly builders: readonly BuilderRule[];
  /** A folder with `ca.pem`, `cert.pem` and `key.pem`, for all of them. */
  readonly certificates: string | undefined;
}

/** Of `$XDG_CONFIG_HOME/targetry/config.yaml`, else `~/.config/targetry/config.yaml`; nothing where there is none. */
export function readUserConfiguration(env: Env): UserConfiguration {
  const path = userFile(env);
  if (path === undefined || !existsSync(path)) return { builders: [], certificates: undefined };
  const document = readDocument(path, readText(path, path), []);
  if (document.diagnostics.length > 0) throw invalid(path, document.diagnostics);
  // An empty file is no mistake.
  if (document.value === '') return { builders: [], certificates: undefined };
  const { content, diagnostics } = checkUserDocument(document, path);
  if (content === undefined) throw invalid(path, diagnostics);
  const findings = new Findings(document);
  const builders = resolveBuilders(content.builders, findings);
  if (findings.all.length > 0) throw invalid(path, findings.all);
  const { certificates } = content;
  return { builders, certificates: certificates && resolve(dirname(path), certificates) };
}

function userFile(env: Env): string | undefined {
  const home = env['HOME'];
  const folder = env['XDG_CONFIG_HOME'] || (home && join(home, '.config'));
  return folder && join(folder, 'targetry', 'config.yaml');
}
