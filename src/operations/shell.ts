/**
 * `targetry shell`: a command of the user's own where a step of a target runs: in its root, with its files, mounts, user and
 * variables. With `failed` on top of what the step that failed left behind. Nothing of it is kept.
 */
import { readlinkSync } from 'node:fs';
import { archHere } from '../abi/cpu.ts';
import { libcOf } from '../abi/root-kind.ts';
import type { Project, Step, Target } from '../config/project.ts';
import { selectTargets, stepsFor } from '../config/select.ts';
import type { Vertex } from '../graph/graph.ts';
import { planBuild, type BuildPlan } from '../plan/plan.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { rootKey } from '../roots/known-root.ts';
import { Store } from '../store/store.ts';
import { chooseEngine } from './building/choose-engine.ts';
import type { EngineChoice } from './building/engine-choice.ts';
import { engineInputs } from './building/engine-inputs.ts';
import { lockTargets } from './lock.ts';
import type { ServerOptions } from './locking/package-sources.ts';
import { projectHere } from './project-here.ts';
import { SourcesOnDemand } from './locking/sources-on-demand.ts';
import { readSecrets, type SecretPlace } from './building/read-secrets.ts';

export interface ShellRequest extends ServerOptions {
  /** The name of a target, else of an environment. */
  readonly target: string;
  /** Where the step that failed left off. */
  readonly failed: boolean;
  /** The command of the step itself. */
  readonly replay: boolean;
  /** For `sh`; a shell for the person at the terminal where there is none. */
  readonly command: string | undefined;
  /** Whether a person sits at this process's terminal. */
  readonly interactive: boolean;
  /** Takes what the command prints. */
  readonly printed: (stream: 'stdout' | 'stderr', data: Uint8Array) => void;
  readonly set?: readonly string[] | undefined;
  readonly secrets?: readonly SecretPlace[] | undefined;
  readonly engine: EngineChoice;
}

/** Tells the exit code of the command. */
export async function openShell(context: Context, request: ShellRequest): Promise<number> {
  const { project, target } = inhabited(projectHere(context, request.set), request);
  const interactive = request.command === undefined && !request.replay;
  if (interactive && !request.interactive) {
    throw new Failure('usage', 'a shell needs a terminal, and this command has none', {
      hint: 'give it a command instead: `targetry shell TARGET -c "make V=1"`',
    });
  }
  const targets = [target];
  const secrets = readSecrets(context, project, targets, request.secrets ?? []);
  const store = await Store.open(context.store);
  const sources = new SourcesOnDemand(context, store, project, request);
  try {
    const { lock } = await lockTargets(context, { project, targets, sources });
    const plan = planBuild({ project, targets, lock, rootKeyOf: rootKey });
    const engine = await chooseEngine(context, request.engine, { store, project });
    context.emit({ type: 'planned', tasks: plan.tasks });
    let code = 0;
    const visit = {
      steps: stepVertices(plan),
      state: request.failed ? ('failed' as const) : ('before' as const),
      args: request.replay ? undefined : commandLine(request.command),
      terminal: interactive ? readlinkSync('/proc/self/fd/0') : undefined,
      printed: request.printed,
      ended: (ended: number) => (code = ended),
    };
    const given = engineInputs(context, { project, targets, plan, lock, store, sources });
    const work = { ...given, secrets, exports: [], visit };
    for await (const event of engine.solve(plan.graph, work)) context.emit(event);
    return code;
  } finally {
    await sources.close();
  }
}

function commandLine(command: string | undefined): readonly string[] {
  if (command !== undefined) return ['/bin/sh', '-eu', '-c', command];
  return ['/bin/sh', '-c', 'if [ -x /bin/bash ]; then exec /bin/bash -i; else exec /bin/sh -i; fi'];
}

/** The steps that the file asks for, in their order. */
function stepVertices({ graph, targets, steps }: BuildPlan): Vertex[] {
  const [target] = targets;
  const vertices = new Map(graph.vertices.map((vertex) => [vertex.digest, vertex]));
  return target!.tasks
    .map(({ id }) => vertices.get(id)!)
    .filter(({ op, digest }) => op.type === 'exec' && steps.get(digest)?.asked === true);
}

/** A target; or an environment, as if a target with one step were of it. */
function inhabited(project: Project, { target: name }: ShellRequest): { project: Project; target: Target } {
  const environment = project.environments.get(name);
  if (environment === undefined || project.targets.some((target) => target.name === name)) {
    const [target] = selectTargets(project, [name]);
    if (stepsFor(project, target!).length > 0) return { project, target: target! };
    return { project: { ...project, steps: [placeOf(target!.at)] }, target: target! };
  }
  const { at, base } = environment;
  const arch = archHere();
  const libc = libcOf(base) ?? 'glibc';
  const platform = { arch, builder: arch, libc, libcGuessed: false };
  const target = { name, environment, ...platform, promises: [], env: {}, at };
  return { project: { ...project, steps: [placeOf(at)] }, target };
}

function placeOf(at: Step['at']): Step {
  return {
    name: 'shell',
    run: ':',
    env: {},
    network: true,
    user: undefined,
    timeout: undefined,
    inputs: undefined,
    each: {},
    only: undefined,
    except: undefined,
    caches: [],
    secrets: [],
    at,
  };
}
