/** What a step gets besides the source: caches that stay between builds, and secrets. */
import { posix } from 'node:path';
import { variableForm } from '../base/env.ts';
import { suggest } from '../report/suggest.ts';
import { cachePresets } from './cache-presets.ts';
import type { Path } from './document.ts';
import type { Findings } from './findings.ts';
import type { CacheRule, SecretRule } from './project.ts';
import type { FileContent } from './schema.ts';

type WrittenStep = NonNullable<FileContent['steps']>[number];

const presetNames = cachePresets.map(({ name }) => name);

/** Undefined where the step leaves it to its environment. */
export function resolveCaches(
  written: WrittenStep['caches'],
  path: Path,
  findings: Findings,
): readonly CacheRule[] | undefined {
  const rules = written?.flatMap((cache, index) => {
    const place = [...path, index];
    const given = typeof cache === 'string' ? { name: cache } : cache;
    return resolveCache(given, place, findings) ?? [];
  });
  for (const [index, { name, at }] of (rules ?? []).entries()) {
    if (rules!.findIndex((other) => other.name === name) === index) continue;
    findings.error(
      'config-name-twice',
      `the cache \`${name}\` is there twice`,
      at,
      'name one of them otherwise',
    );
  }
  return rules;
}

type WrittenCache = Exclude<NonNullable<WrittenStep['caches']>[number], string>;

function resolveCache(
  { name, path, env, share }: WrittenCache,
  place: Path,
  findings: Findings,
): CacheRule | undefined {
  const at = findings.document.at(place);
  if (path !== undefined) {
    refuseBadPath(path, [...place, 'path'], findings);
    return { name, preset: undefined, path, variable: env, share, at };
  }
  const preset = cachePresets.find((one) => one.name === name);
  if (preset === undefined) {
    const near = suggest(name, presetNames, 'the known ones are');
    const own = `another one needs its folder: \`{ name: ${name}, path: … }\``;
    const hint = `${near}${near.endsWith('?') ? '' : ';'} ${own}`;
    findings.error('config-name-unknown', `the cache \`${name}\` is not a known one`, at, hint);
  } else if (env !== undefined) {
    const hint = `the known cache ${name} sets ${Object.keys(preset.variables).join(' and ')} itself`;
    findings.error('config-value', '`env` is for a cache with a `path`', at, hint);
  }
  return preset && { name, preset, path: undefined, variable: undefined, share, at };
}

/** A word is a variable of that name, where it can be one, and a file in `/run/secrets`. */
export function resolveSecrets(
  written: WrittenStep['secrets'],
  path: Path,
  findings: Findings,
): readonly SecretRule[] {
  const rules = (written ?? []).map((secret, index): SecretRule => {
    const place = [...path, index];
    const at = findings.document.at(place);
    if (typeof secret === 'string') {
      const variable = variableForm.test(secret) ? secret : undefined;
      return { name: secret, path: `/run/secrets/${secret}`, variable, at };
    }
    if (secret.path !== undefined) refuseBadPath(secret.path, [...place, 'path'], findings);
    if (secret.path === undefined && secret.env === undefined) {
      const hint = `add \`env:\` for a variable, \`path:\` for a file, or write just \`${secret.name}\` for both`;
      findings.error(
        'config-value',
        `nothing says how the step gets the secret \`${secret.name}\``,
        at,
        hint,
      );
    }
    return { name: secret.name, path: secret.path, variable: secret.env, at };
  });
  for (const [index, { name, at }] of rules.entries()) {
    if (rules.findIndex((other) => other.name === name) === index) continue;
    findings.error('config-name-twice', `the secret \`${name}\` is there twice`, at, 'keep one of them');
  }
  return rules;
}

function refuseBadPath(path: string, place: Path, findings: Findings): void {
  const at = findings.document.at(place);
  const hint = 'write a path in the source folder, or an absolute one in the environment';
  if (path.startsWith('~') || path.startsWith('$')) {
    findings.error('config-path', `\`${path}\` is taken as it is written: no shell reads it`, at, hint);
  } else if (path.split('/').includes('..')) {
    findings.error('config-path', `\`${path}\` leads outside of its folder`, at, hint);
  } else if (['/', '.', './'].includes(posix.normalize(path)) || /^\/(dev|proc|sys|src)\/?$/.test(path)) {
    findings.error(
      'config-path',
      `nothing can be put at \`${path}\`: the step needs what is there`,
      at,
      hint,
    );
  }
}
