import { existsSync, readFileSync } from 'node:fs';
import type { Project, Target } from '../config/project.ts';
import type { FoundTools } from '../engines/embedded/tools.ts';
import type { Context } from '../report/context.ts';
import type { Diagnostic } from '../report/diagnostic.ts';
import type { Failure } from '../report/failure.ts';
import type { Store } from '../store/store.ts';
import type { ProbeAnswers } from './probe-program.ts';

/** What checks look at: this machine, and what a build of this project here would use. */
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
  /** Why it can't be read; undefined where there is none. */
  readonly project: ProjectHere | Failure | undefined;
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
  readonly milliseconds?: number;
}

/** What kind of container this process is in, where that shows. */
export function containerKind(env: Context['env']): string | undefined {
  if (env['KUBERNETES_SERVICE_HOST'] !== undefined) return 'Kubernetes pod';
  if (existsSync('/.dockerenv')) return 'Docker container';
  if (existsSync('/run/.containerenv')) return 'Podman container';
  try {
    const cgroups = readFileSync('/proc/1/cgroup', 'utf8');
    if (/docker|kubepods|containerd|lxc/.test(cgroups)) return 'container';
  } catch {
    // What can't be read is no container that shows.
  }
  return undefined;
}
