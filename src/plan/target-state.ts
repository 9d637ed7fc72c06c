import { defaultPath } from '../base/env.ts';
import { stepsFor } from '../config/select.ts';
import { placeholdersOf, substitute } from '../config/placeholders.ts';
import type { Project, Step, Target } from '../config/project.ts';
import type { Platform } from '../graph/graph.ts';
import { source } from '../graph/sources.ts';
import type { State } from '../graph/state.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import type { Location } from '../report/diagnostic.ts';
import { partFor, sourceIdentifier, type SourcePart } from './source-part.ts';
import { checksFolder, type StepChecks } from './step-checks.ts';
import { stepCaches, type PlannedCache, type StepCaches } from './step-caches.ts';
import { stepSecrets } from './step-secrets.ts';
import { FIXED, sysrootFolder, type StepSysroot } from './step-sysroot.ts';
import { stepVariables } from './variables.ts';

/** Where steps find the source, and where they start. */
export const sourceFolder = '/src';

/** What the graph doesn't say of a step, as it decides nothing of what the step makes. */
export interface PlannedStep {
  /** A step of the file; else one that makes ready for it. */
  readonly asked: boolean;
  readonly timeout: number | undefined;
  readonly at: Location;
}

interface Work {
  /** The digest of its vertex. */
  readonly id: string;
  readonly name: string;
  readonly detail: PlannedStep | undefined;
}

export interface TargetState {
  readonly end: State;
  readonly work: readonly Work[];
  /** By the identifier of the abstract source. */
  readonly sources: ReadonlyMap<string, SourcePart>;
  /** By id. */
  readonly caches: ReadonlyMap<string, PlannedCache>;
}

interface StateRequest {
  readonly project: Project;
  readonly target: Target;
  /** Of the target's environment. */
  readonly locked: LockedEnvironment;
  /** The identifier of the abstract source. */
  readonly root: string;
  readonly platform: Platform;
  readonly sysroot: StepSysroot | undefined;
  readonly checks: StepChecks | undefined;
}

/** A target's file system: the root, then for each step what it sees of the source, and what it leaves. */
export function targetState(request: StateRequest): TargetState {
  const { project, target, locked, root, platform, sysroot, checks } = request;
  const start = source(root, { platform, name: `root ${target.environment.name}` }).target(target.name);
  const making = new StateMaking(withPython(start, sysroot), request);
  const steps = stepsFor(project, target);
  if (steps.length === 0) making.bring({ include: undefined, exclude: [] }, undefined);
  for (const step of steps) {
    const name = substitute(step.name, placeholdersOf({ project, target }));
    const part = partFor(step, [...making.sources.values()]);
    if (part !== undefined) making.bring(part, name);
    making.own(step);
    const variables = stepVariables({ project, target, step }, locked, {
      sysroot: sysroot?.variables,
      checks,
    });
    const user = { project, target, locked, sysroot: sysroot?.locked, step, variables, folder: sourceFolder };
    making.run(step, name, stepCaches(user));
  }
  return making;
}

/** In the root, as that is where the Python that runs looks. */
function withPython(root: State, sysroot: StepSysroot | undefined): State {
  const python = sysroot?.python;
  if (python === undefined) return root;
  const { path, text } = python;
  return root.file((change) => change.mkfile(path, text, { mode: 0o644, modified: FIXED }), {
    name: 'tell Python of the sysroot',
  });
}

class StateMaking implements TargetState {
  end: State;
  readonly work: Work[] = [];
  readonly sources = new Map<string, SourcePart>();
  readonly caches = new Map<string, PlannedCache>();
  /** To whom all of the source belongs; undefined for root. */
  #owner: string | undefined;
  /** What steps see besides, by where. */
  readonly #beside: Readonly<Record<string, { readonly from: State; readonly readonly: true }>>;

  constructor(start: State, { sysroot, checks }: Pick<StateRequest, 'sysroot' | 'checks'>) {
    this.end = start;
    this.#beside = {
      ...(sysroot && { [sysrootFolder]: { from: sysroot.state, readonly: true } }),
      ...(checks && { [checksFolder]: { from: checks.state, readonly: true } }),
    };
    for (const [name, state] of [
      ['toolchain', sysroot?.state],
      ['checks of the toolchain', checks?.state],
      ['sysroot for Python', sysroot?.python && start],
    ] as const)
      if (state !== undefined) this.work.push({ id: state.output!.vertex.digest, name, detail: undefined });
  }

  bring(part: SourcePart, step: string | undefined): void {
    const identifier = sourceIdentifier(part);
    this.sources.set(identifier, part);
    const [what, name] =
      part.include === undefined ? ['project files', 'source'] : [`inputs of ${step}`, `inputs of ${step}`];
    const files = source(identifier, { name: what });
    this.end = this.end.copy(files, '/', sourceFolder, { name, contentsOnly: true, makeParents: true });
    this.#add(name, undefined);
    this.#owner = undefined;
  }

  /** What was copied, or made by a step of root, must be the user's before the user can change it. */
  own({ user, timeout }: Step): void {
    if (user === undefined || user.name === this.#owner) return;
    const name = `give ${sourceFolder} to ${user.name}`;
    // `name:` is the user with the group that the root's /etc/passwd says.
    const owner = /^\d+$|:/.test(user.name) ? user.name : `${user.name}:`;
    const args = ['/bin/sh', '-eu', '-c', giving, owner, sourceFolder];
    this.end = this.end.run({ name, args, env: { PATH: defaultPath } }).root();
    this.#add(name, { timeout, at: user.at, asked: false });
  }

  run(step: Step, name: string, { mounts, variables, details }: StepCaches): void {
    const { run, network, user, timeout, at } = step;
    const secrets = stepSecrets(step, sourceFolder);
    this.end = this.end
      .run({
        name,
        args: ['/bin/sh', '-eu', '-c', run],
        cwd: sourceFolder,
        env: variables,
        user: user?.name,
        network: network ? 'sandbox' : 'none',
        mounts: { ...this.#beside, ...mounts, ...secrets.mounts },
        secretEnv: secrets.variables,
      })
      .root();
    for (const [id, detail] of details) this.caches.set(id, detail);
    this.#add(name, { timeout, at, asked: true });
    this.#owner = user?.name;
  }

  #add(name: string, detail: PlannedStep | undefined): void {
    this.work.push({ id: this.end.output!.vertex.digest, name, detail });
  }
}

/** Links themselves change hands, not what they point to: that may be a file of the system. */
const giving = `chown -Rh "$0" "$1" || { echo "the users of this root are:" $(cut -d: -f1 /etc/passwd) >&2; exit 1; }`;
