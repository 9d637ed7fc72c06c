/** Why a package is in the lock, and what keeps a version out of it: both are asked of the solver, with today's indexes. */
import { relative } from 'node:path';
import { readLock } from '../lock/read.ts';
import { findLocked, type ChosenPackages, type LockRequest, type PackageReason } from '../lock/request.ts';
import type { Context } from '../report/context.ts';
import type { Diagnostic } from '../report/diagnostic.ts';
import { Failure } from '../report/failure.ts';
import { spokenName } from '../report/spoken-name.ts';
import { Store } from '../store/store.ts';
import { choosePackages } from './locking/lock-environment.ts';
import { lockRequests } from './locking/lock-requests.ts';
import { lockPath, type LockCommand } from './lock.ts';
import { PackageSources } from './locking/package-sources.ts';
import { projectHere } from './project-here.ts';

export interface WhyLink {
  readonly name: string;
  readonly version: string;
  readonly reason: PackageReason;
}

export interface WhyAnswer {
  readonly environment: string;
  readonly role: LockRequest['role'];
  readonly arch: string;
  /** From the package to what was asked for; empty where it is not there. */
  readonly chain: readonly WhyLink[];
  /** The version in targetry.lock, where it isn't what would be chosen today. */
  readonly locked: string | undefined;
}

/** `targetry lock --why PKG` */
export async function whyLocked(
  context: Context,
  command: LockCommand,
  name: string,
): Promise<readonly WhyAnswer[]> {
  const answers = await forEachSection(context, command, async (request, solve, locked) => {
    const solved = await solve(request);
    const chain = chainTo(name, solved);
    const version = locked?.packages.find((one) => one.name === name)?.version;
    return {
      environment: request.name,
      role: request.role,
      arch: request.arch,
      chain,
      locked: version === chain[0]?.version ? undefined : version,
    };
  });
  if (answers.some(({ chain, locked }) => chain.length > 0 || locked !== undefined)) return answers;
  const places = answers.map(({ environment: name, role, arch }) => `${spokenName({ name, role })} ${arch}`);
  throw new Failure('package-not-locked', `${name} is not among the packages of ${places.join(', ')}`, {
    hint: `to see what keeps a version out: \`targetry lock --why-not ${name}=VERSION\``,
  });
}

export interface WhyNotAnswer {
  readonly environment: string;
  readonly role: LockRequest['role'];
  readonly arch: string;
  /** What rules it out. */
  readonly reasons: readonly Diagnostic[];
  /** It is what the lock has. */
  readonly locked: boolean;
}

/** `targetry lock --why-not PKG=VER` */
export async function whyNotLocked(
  context: Context,
  command: LockCommand,
  spec: string,
): Promise<readonly WhyNotAnswer[]> {
  const name = /^[^=<>~@/]+/.exec(spec)?.[0] ?? spec;
  return forEachSection(context, command, async (request, solve, locked) => {
    const own = request.packages.filter((one) => one.spec !== name);
    const reasons = await solve({ ...request, packages: [...own, { spec }] }).then(() => [], refusals);
    const version = locked?.packages.find((one) => one.name === name)?.version;
    const { name: environment, role, arch } = request;
    return {
      environment,
      role,
      arch,
      reasons,
      locked: version !== undefined && spec === `${name}=${version}`,
    };
  });
}

/** What a solver says of a wish; all else went wrong on the way to an answer. */
const SOLVER_CODES: ReadonlySet<string> = new Set([
  'packages-conflict',
  'package-unknown',
  'package-version-unknown',
  'package-ambiguous',
]);

function refusals(error: unknown): readonly Diagnostic[] {
  if (!(error instanceof Failure) || !SOLVER_CODES.has(error.code)) throw error;
  const { code, message, hint, diagnostics } = error;
  return diagnostics.length > 0 ? diagnostics : [{ code, severity: 'error', message, hint }];
}

type Solve = (request: LockRequest) => Promise<ChosenPackages>;

async function forEachSection<Answer>(
  context: Context,
  command: LockCommand,
  ask: (request: LockRequest, solve: Solve, locked: ReturnType<typeof findLocked>) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const project = projectHere(context, command.set);
  const path = lockPath(project);
  const lock = await readLock(path, relative(context.cwd, path));
  const sources = new PackageSources(context, await Store.open(context.store), project, command);
  try {
    return await Promise.all(
      lockRequests(project, command).map((request) =>
        ask(request, (changed) => choosePackages(changed, sources), findLocked(lock, request)),
      ),
    );
  } finally {
    await sources.close();
  }
}

function chainTo(name: string, { versions, reasons }: ChosenPackages): readonly WhyLink[] {
  const chain: WhyLink[] = [];
  const seen = new Set<string>();
  for (let at: string | undefined = name; at !== undefined && !seen.has(at);) {
    seen.add(at);
    const reason = reasons.get(at);
    const version = versions.get(at);
    if (reason === undefined || version === undefined) break;
    chain.push({ name: at, version, reason });
    at = 'by' in reason ? reason.by : undefined;
  }
  return chain;
}
