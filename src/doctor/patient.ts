import { existsSync } from 'node:fs';
import { textIfAnySync } from '../base/if-any.ts';
import type { Environment, Project, Target } from '../config/project.ts';
import { ociCpu } from '../abi/cpu.ts';
import type { DaemonFacts } from '../engines/buildkit/inspect.ts';
import type { FoundTools } from '../engines/embedded/tools.ts';
import type { Lock } from '../lock/lock.ts';
import type { Context } from '../report/context.ts';
import type { Diagnostic, Location } from '../report/diagnostic.ts';
import { Failure } from '../report/failure.ts';
import type { Store } from '../store/store.ts';
import type { ProbeAnswers } from './probe-program.ts';

/** What checks look at: this machine, and what a build of this project here would use. */
export type EngineName = 'embedded' | 'buildkit';

export interface Patient {
  readonly context: Pick<Context, 'cwd' | 'env' | 'store' | 'signal'>;
  readonly tools: FoundTools;
  /** Throws where it can't be used. */
  readonly store: () => Promise<Store>;
  /** A folder for what is tried: in the store where there is one. It is gone at the end. */
  readonly scratch: () => Promise<string>;
  /** What the probe's program is told on this machine, outside of any sandbox. */
  readonly host: () => Promise<ProbeRun>;
  /** What it is told as a step of the engine, on a CPU as OCI calls it. Throws where no step can run. */
  readonly inStep: (cpu: string) => Promise<ProbeRun>;
  /** What the daemons that build tell of themselves. */
  readonly daemons: () => Promise<readonly DaemonHere[]>;
  readonly engine: EngineName;
  /** CPUs of which steps are to be emulated; undefined where that was not asked for. */
  readonly emulatedCpus: readonly string[] | undefined;
  /** Why it can't be read; undefined where there is none. */
  readonly project: ProjectHere | Failure | undefined;
  /** Where packages of the project come from; without one, where Targetry takes its own. */
  readonly repositories: () => Promise<readonly RepositoryHere[]>;
  /** The hosts of those, and of proxies before them, each with what was said where it has no address. */
  readonly names: () => Promise<ReadonlyMap<string, string | undefined>>;
  /** One short request to each of the servers. */
  readonly greetings: () => Promise<readonly Greeting[]>;
  /** What of the lock doesn't fit the configuration; undefined without a project. */
  readonly lock: () => Promise<LockHere | undefined>;
  /** Why packages of environments that aren't locked can't be chosen; undefined without a project. */
  readonly unchosen: () => Promise<Unchosen | undefined>;
}

export interface DaemonHere {
  /** Why it tells nothing. */
  readonly facts: DaemonFacts | Failure;
  /** The CPU that it was named for, as OCI calls it. */
  readonly cpu?: string | undefined;
}

export interface ProjectHere {
  readonly project: Project;
  readonly warnings: readonly Diagnostic[];
  /** Those that were asked for. */
  readonly targets: readonly Target[];
}

export interface ProbeRun {
  readonly answers?: ProbeAnswers | undefined;
  /** Why there are none. */
  readonly said?: string | undefined;
  /** When it was done, by the clock of this process. */
  readonly now?: number;
  readonly milliseconds?: number;
}

/** Of the targets that were asked for; all where a project has no targets. */
export function environmentsOf({
  project: here,
}: Pick<Patient, 'project'>): readonly Environment[] | undefined {
  if (here === undefined || here instanceof Failure) return undefined;
  const { project, targets } = here;
  if (project.targets.length === 0) return [...project.environments.values()];
  return [...new Set(targets.map(({ environment }) => environment))];
}

/** CPUs that targets are built on, as OCI calls them, with a target of each. */
export function wantedCpus(here: Patient['project']): ReadonlyMap<string, string> {
  if (here === undefined || here instanceof Failure) return new Map();
  const wanted = here.targets.map(({ builder, name }) => [ociCpu(builder), name] as const);
  return new Map([...wanted].reverse());
}

export interface RepositoryHere {
  /** As the lock calls it. */
  readonly name: string;
  /** The addresses of its index, best first. */
  readonly indexes: readonly string[];
  readonly at: Location | undefined;
  /** Something of it is not in the store yet. */
  readonly needed: boolean;
  /** Of the index that the lock was made from. */
  readonly lockedDate: Date | undefined;
  /** Nobody mends the release any more. */
  readonly ended: boolean;
  /** Reads and checks its index. Throws `Failure`. */
  readonly read: () => Promise<{ readonly date: Date; readonly warnings: readonly Diagnostic[] }>;
}

export interface Greeting {
  /** `http://server` */
  readonly origin: string;
  /** Milliseconds by which the clock of this process is before that of the server. */
  readonly ahead?: number | undefined;
  readonly failure?: Failure | undefined;
}

export interface Unchosen {
  readonly failures: readonly Failure[];
  /** Environments whose indexes were not here in time. */
  readonly late: readonly string[];
}

export interface LockHere {
  readonly exists: boolean;
  readonly checked: number;
  readonly outdated: readonly { readonly name: string; readonly arch: string; readonly known: boolean }[];
  readonly unused: readonly { readonly name: string; readonly arch: string }[];
  readonly lock: Lock | undefined;
}

/** What kind of container this process is in, where that shows. */
export function containerKind(env: Context['env']): string | undefined {
  if (env['KUBERNETES_SERVICE_HOST'] !== undefined) return 'Kubernetes pod';
  if (existsSync('/.dockerenv')) return 'Docker container';
  if (existsSync('/run/.containerenv')) return 'Podman container';
  return /docker|kubepods|containerd|lxc/.test(textIfAnySync('/proc/1/cgroup')) ? 'container' : undefined;
}
