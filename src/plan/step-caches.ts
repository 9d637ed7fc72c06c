/*
 * The caches of a step: which ones, where, and who shares them. A cache's id names all that may differ between two uses:
 * two uses that could spoil each other have two ids, so no engine can mix them.
 */
import { posix } from 'node:path';
import { globToRegExp } from '../base/glob.ts';
import { sha256OfValue } from '../base/sha256.ts';
import { cachePresets } from '../config/cache-presets.ts';
import type { CacheRule, Project, Step, Target } from '../config/project.ts';
import type { CacheSharing } from '../graph/graph.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import { Failure } from '../report/failure.ts';

export interface CacheUser {
  readonly project: Project;
  readonly target: Target;
  readonly locked: LockedEnvironment;
  readonly sysroot: LockedEnvironment | undefined;
  readonly step: Step;
  /** Of the step, without those that its caches bring. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where relative paths begin. */
  readonly folder: string;
}

export interface PlannedCache {
  readonly keysItself: boolean;
  /** For people. */
  readonly about: Readonly<Record<string, string>>;
}

export interface StepCaches {
  /** By destination. */
  readonly mounts: Readonly<Record<string, { readonly cache: string; readonly sharing: CacheSharing }>>;
  readonly variables: Readonly<Record<string, string>>;
  /** By id. */
  readonly details: ReadonlyMap<string, PlannedCache>;
}

export function stepCaches(user: CacheUser): StepCaches {
  const mounts: Record<string, { cache: string; sharing: CacheSharing }> = {};
  const details = new Map<string, PlannedCache>();
  const variables: Record<string, string> = { ...user.variables };
  for (const rule of user.step.caches ?? presetsOf(user)) {
    const placed = placeCache(rule, user);
    // What the project says of a variable wins.
    for (const [word, value] of Object.entries(placed.variables)) variables[word] ??= value;
    for (const [index, destination] of placed.folders.entries()) {
      if (mounts[destination] !== undefined) throw twiceAt(destination, rule);
      const { id, about } = identity(rule, user, index);
      mounts[destination] = { cache: id, sharing: rule.preset?.sharing ?? 'locked' };
      details.set(id, { keysItself: rule.preset?.keysItself ?? false, about });
    }
  }
  return { mounts, variables, details };
}

function presetsOf({ locked, step }: CacheUser): readonly CacheRule[] {
  return presetsFor(locked).map((preset) => {
    const rule = { name: preset.name, preset, path: undefined, variable: undefined, share: undefined };
    return { ...rule, at: step.at };
  });
}

/** Of the tools that the environment has, by what its lock names. */
const presetsFor = oncePerSection(({ packages, tools }) => {
  const names = packages.map(({ name }) => name);
  const toolNames = tools.map(({ source, name }) => `${source}:${name}`);
  return cachePresets.filter((preset) => has(preset.packages, names) || has(preset.tools ?? [], toolNames));
});

function has(globs: readonly string[], names: readonly string[]): boolean {
  return globs.some((glob) => {
    const form = globToRegExp(glob);
    return names.some((name) => form.test(name));
  });
}

/** A section has hundreds of packages, and every step of every target asks the same of it. */
function oncePerSection<Value>(
  work: (locked: LockedEnvironment) => Value,
): (locked: LockedEnvironment) => Value {
  const known = new WeakMap<LockedEnvironment, Value>();
  return (locked) => {
    let value = known.get(locked);
    if (value === undefined) known.set(locked, (value = work(locked)));
    return value;
  };
}

function placeCache({ name, preset, path, variable }: CacheRule, user: CacheUser) {
  const absolute = (folder: string) => posix.resolve(user.folder, folder);
  if (preset === undefined) {
    const folder = absolute(path!);
    return { folders: [folder], variables: variable === undefined ? {} : { [variable]: folder } };
  }
  // The home of another user is known to the root alone.
  const known: Record<string, string> = { HOME: `/var/cache/targetry/${name}`, ...user.variables };
  const fill = (text: string) => text.replaceAll(/\$(\w+)/g, (_, word: string) => known[word] ?? '');
  const variables: Record<string, string> = {};
  for (const [word, value] of Object.entries(preset.variables)) {
    variables[word] = fill(value);
    known[word] ??= variables[word];
  }
  return { folders: preset.folders.map((folder) => absolute(fill(folder))), variables };
}

/**
 * Without `share`, everyone with the same environment has the cache of a tool that keys itself; any other cache is for the
 * same command with the same variables. `share` widens that or narrows it, and never past libc, CPU and user.
 */
function identity(rule: CacheRule, user: CacheUser, folder: number) {
  const { project, target, step, locked, sysroot } = user;
  const root = sectionDigest(locked);
  const lock = sysroot === undefined ? root : sha256OfValue([root, sectionDigest(sysroot)]);
  const command = { run: step.run, variables: user.variables };
  const told = { environment: target.environment.name };
  const ofTarget = { project: project.name, target: target.name };
  const scopes = {
    step: [
      { ...ofTarget, ...command, lock },
      { ...told, ...ofTarget, step: step.name },
    ],
    target: [
      { ...ofTarget, lock },
      { ...told, ...ofTarget },
    ],
    environment: [
      { project: project.name, lock },
      { ...told, project: project.name },
    ],
    project: [{ project: project.name }, { project: project.name }],
    tool: [{ lock }, told],
    command: [
      { lock, ...command },
      { ...told, ...ofTarget, step: step.name },
    ],
  } as const;
  const [scope, words] = scopes[rule.share ?? (rule.preset?.keysItself === true ? 'tool' : 'command')];
  const { arch, builder, libc } = target;
  const always = { name: rule.name, folder, libc, arch, builder, user: step.user?.name ?? 'root' };
  const id = `${rule.name}-${sha256OfValue({ ...always, kind: rule.preset === undefined ? 'own' : 'known', scope }).slice(0, 32)}`;
  const about = { name: rule.name, arch, libc, user: always.user, ...words };
  return { id, about };
}

/** What of a section of the lock decides what is in the root. */
const sectionDigest = oncePerSection(({ distro, release, arch, inputs, users, packages, layers, tools }) => {
  const hashes = [packages, layers, tools].map((list) => list.map(({ sha256 }) => sha256).sort());
  return sha256OfValue([distro, release, arch, inputs, users, hashes]);
});

function twiceAt(destination: string, { name, at }: CacheRule): Failure {
  return new Failure('config-invalid', `the cache ${name} is at ${destination}, where another one is`, {
    at,
  });
}
