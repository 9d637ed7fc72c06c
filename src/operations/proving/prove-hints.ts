/** A file needs a library that a fresh root doesn't have: which package of the distro has it, and the lines that say so. */
import { isMuslItself } from '../../abi/musl.ts';
import { isGlibcLibrary } from '../../audit/libc-kind.ts';
import type { Environment } from '../../config/project.ts';
import type { LockRequest } from '../../lock/request.ts';
import { lackedLibrary, type Proven } from '../../proof/judge-run.ts';
import { isTakenForGranted } from '../../proof/needs.ts';
import { packagesOfLibraries } from '../preparing/library-packages.ts';
import type { SourcesOnDemand } from '../locking/sources-on-demand.ts';

/** `requests` are the roots of the runs, in their order. */
export async function withHints(
  proven: readonly Proven[],
  requests: readonly LockRequest[],
  sources: SourcesOnDemand,
): Promise<readonly Proven[]> {
  const told: Proven[] = [];
  for (const [index, one] of proven.entries())
    told.push({ ...one, hint: await hintFor(one, requests[index]!, sources) });
  return told;
}

async function hintFor(
  { one: { artifact, environment, declared, place }, run, measured }: Proven,
  request: LockRequest,
  sources: SourcesOnDemand,
): Promise<string | undefined> {
  const needed = [...new Set(artifact.elfs.flatMap((elf) => elf.needed))];
  const own = artifact.elfs.flatMap(({ soname, path }) => [soname, path.replace(/^.*\//, '')]);
  const ofDistro = needed.filter(
    (name) => !isGlibcLibrary(name) && !isMuslItself(name) && !own.includes(name),
  );
  const lacked = lackedLibrary(run);
  if (measured !== 'fails' || lacked === undefined || !ofDistro.includes(lacked)) return undefined;
  // A loader names the first one alone; others of them may lack too.
  const wanted = ofDistro.filter((name) => !isTakenForGranted(name));
  const found = await packagesOfLibraries(wanted, request, await sources.open());
  if (!found.has(lacked)) return undefined;
  const packages = [...new Set([...found.values()].map(([first]) => first!))].join(', ');
  const promise = `\`promise: ["needs:${ofDistro.join(',')}"]\``;
  if (declared) return `add ${packages} to \`packages:\` of ${place}, and say so to users: ${promise}`;
  const line = `${place}-libraries: { ${baseWords(environment)}, packages: [${packages}] }`;
  return `${lacked} is in ${found.get(lacked)![0]!}: prove it in an environment that has it, \`${line}\`, and say so to users: ${promise}`;
}

function baseWords({ base }: Environment): string {
  if (!('distro' in base)) return '…';
  return 'release' in base ? `${base.distro}: ${base.release}` : `${base.distro}: true`;
}
