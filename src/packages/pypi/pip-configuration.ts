/**
 * Which indexes pip would ask on this machine: its variables, then the `pip.conf` of the user and of the machine. Where none
 * of them says, pip itself is asked: it knows the index that it was made with.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Env } from '../../base/env.ts';
import { homeOf } from '../../base/home.ts';
import { textIfAny } from '../../base/if-any.ts';
import { Failure } from '../../report/failure.ts';

/** Addresses of simple indexes, best first, without a slash at the end. */
export async function readPipIndexes(env: Env): Promise<readonly string[]> {
  const settings = new Map<string, string>();
  const home = homeOf(env);
  const config = env['XDG_CONFIG_HOME'] ?? join(home, '.config');
  const files = [
    '/etc/xdg/pip/pip.conf',
    '/etc/pip.conf',
    join(home, '.pip/pip.conf'),
    join(config, 'pip/pip.conf'),
  ];
  if (env['VIRTUAL_ENV'] !== undefined) files.push(join(env['VIRTUAL_ENV'], 'pip.conf'));
  if (env['PIP_CONFIG_FILE'] !== undefined) files.push(env['PIP_CONFIG_FILE']);
  for (const file of files) {
    for (const [key, value] of parsePipConfiguration(await textIfAny(file))) settings.set(key, value);
  }
  const first = env['PIP_INDEX_URL'] ?? settings.get('index-url') ?? (await askPip(env));
  const further = env['PIP_EXTRA_INDEX_URL'] ?? settings.get('extra-index-url') ?? '';
  return [first, ...further.split(/\s+/)].filter((one) => one !== '').map((one) => one.replace(/\/+$/, ''));
}

/** Of `[global]` and `[install]`, which wins: `key = value`, where lines that are set in go on with the value. */
export function parsePipConfiguration(text: string): Map<string, string> {
  const sections = new Map<string, Map<string, string>>();
  let section = '';
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\[(.*)\]\s*$/.exec(line)?.[1];
    const [, key, value = ''] = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    const settings = sections.get(section) ?? new Map<string, string>();
    if (header !== undefined) {
      section = header;
      last = undefined;
    } else if (key !== undefined) {
      last = key.toLowerCase().replaceAll('_', '-');
      sections.set(section, settings.set(last, value));
    } else if (last !== undefined) {
      settings.set(last, `${settings.get(last)} ${line.trim()}`.trim());
    }
  }
  return new Map([...(sections.get('global') ?? []), ...(sections.get('install') ?? [])]);
}

const ASKING = 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)';

async function askPip(env: Env): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('python3', ['-c', ASKING], {
      env: { ...env },
      timeout: 20_000,
    });
    const address = stdout.trim();
    if (/^https?:\/\//.test(address)) return address;
  } catch {
    // No Python, or no pip in it: it can't be asked.
  }
  throw new Failure('tool-registry-unknown', 'nothing on this machine says which index has Python packages', {
    why: 'no pip.conf has `index-url`, and there is no pip that could be asked for its own',
    hint: 'set the variable PIP_INDEX_URL, or write `[global]` and `index-url = https://…/simple` into ~/.config/pip/pip.conf',
  });
}
