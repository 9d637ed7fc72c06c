/** The user's own configuration: what holds for all projects on this machine. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Env } from '../base/env.ts';
import { checkUserDocument } from './check.ts';
import { Findings } from './findings.ts';
import { isServerUrl, mirroredDistros, type MirrorRule } from './mirrors.ts';
import type { BuilderRule } from './project.ts';
import { invalid, readDocument, readText } from './read.ts';
import { resolveBuilders } from './resolve-builders.ts';
import type { UserContent } from './schema.ts';

export interface UserConfiguration {
  readonly builders: readonly BuilderRule[];
  /** A folder with `ca.pem`, `cert.pem` and `key.pem`, for all of them. */
  readonly certificates: string | undefined;
  /** Where distros' packages are taken from. */
  readonly mirrors: readonly MirrorRule[];
}

const nothing: UserConfiguration = { builders: [], certificates: undefined, mirrors: [] };

/** Of `$XDG_CONFIG_HOME/targetry/config.yaml`, else `~/.config/targetry/config.yaml`; nothing where there is none. */
export function readUserConfiguration(env: Env): UserConfiguration {
  const path = userFile(env);
  if (path === undefined || !existsSync(path)) return nothing;
  const document = readDocument(path, readText(path, path), []);
  if (document.diagnostics.length > 0) throw invalid(path, document.diagnostics);
  // An empty file is no mistake.
  if (document.value === '') return nothing;
  const { content, diagnostics } = checkUserDocument(document, path);
  if (content === undefined) throw invalid(path, diagnostics);
  const findings = new Findings(document);
  const builders = resolveBuilders(content.builders, findings);
  const mirrors = resolveMirrors(content.mirrors, findings);
  if (findings.all.length > 0) throw invalid(path, findings.all);
  const { certificates } = content;
  return { builders, certificates: certificates && resolve(dirname(path), certificates), mirrors };
}

function resolveMirrors(written: UserContent['mirrors'] = {}, findings: Findings): MirrorRule[] {
  const { document } = findings;
  return mirroredDistros.flatMap((distro) => {
    const url = written[distro];
    if (url === undefined) return [];
    const at = document.at(['mirrors', distro]);
    if (!isServerUrl(url)) {
      const hint = 'write the address of a server, as `http://mirror.example.org/debian`';
      findings.error('config-value', `\`${url}\` is no address of a server`, at, hint);
    }
    return [{ distro, url, from: at.file }];
  });
}

function userFile(env: Env): string | undefined {
  const home = env['HOME'];
  const folder = env['XDG_CONFIG_HOME'] || (home && join(home, '.config'));
  return folder && join(folder, 'targetry', 'config.yaml');
}
