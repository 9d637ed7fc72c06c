/**
 * The oldest and the newest release that a promise covers: where a wrong promise shows first, and where what is new shows.
 * Of Debian for glibc, and of Alpine for musl. A static program asks for no libc, so Debian's will do.
 */
import { compareDotted } from '../abi/dotted.ts';
import { distroReleases, type DistroRelease } from '../abi/distros.ts';
import type { AbiPromise } from '../abi/promise.ts';
import type { ProofRule } from '../config/project.ts';
import { releaseIds } from '../config/proof-environment.ts';
import { isFor } from '../config/select.ts';
import type { Provable } from './provable.ts';

export interface Ends {
  readonly oldest: boolean;
  readonly newest: boolean;
}

/** With the command that `run` says, else with those of the rules that are for the artifact. */
export function rulesAtEnds(
  artifact: Provable,
  ends: Ends,
  { rules, run }: { readonly rules: readonly ProofRule[]; readonly run: string | undefined },
): readonly ProofRule[] {
  const releases = releasesAtEnds(artifact, ends);
  if (releases.length === 0) return [];
  const { target } = artifact;
  const own = target === undefined ? [] : rules.filter((rule) => isFor(rule, target));
  const commands = run === undefined && own.length > 0 ? own.map((rule) => rule.run) : [run];
  const word = ends.oldest ? '--oldest' : '--newest';
  const at = { file: 'targetry prove', line: 1, column: 1, length: word.length, text: word };
  const places = releases.map((name) => ({ name, at }));
  return commands.map((command) => ({ only: undefined, except: undefined, in: places, run: command, at }));
}

/** By id; empty where no root can be made of any release that is covered. */
function releasesAtEnds(artifact: Provable, { oldest, newest }: Ends): readonly string[] {
  const covered = coveredBy(artifact);
  const chosen = [...(oldest ? covered.slice(0, 1) : []), ...(newest ? covered.slice(-1) : [])];
  return [...new Set(chosen.map(({ id }) => id))];
}

function coveredBy({ target, elfs, runsOn }: Provable): readonly DistroRelease[] {
  const promises = (target?.promises ?? []).map(({ promise }) => promise);
  const isStatic = elfs.every(({ libc }) => libc === 'static' || libc === 'none');
  const isMusl = !isStatic && (target?.libc === 'musl' || elfs.some(({ libc }) => libc === 'musl'));
  const releases = numbered(isMusl ? 'alpine' : 'debian');
  if (isStatic) return releases;
  const least = promises.flatMap((promise) => leastOf(promise) ?? []);
  if (least.length > 0)
    return releases.filter((release) =>
      least.every((version) => compareDotted(libcOf(release), version) >= 0),
    );
  // Nothing is promised, so it is what the audit says.
  const said = new Map(runsOn.map(({ distro, runs }) => [distro, runs]));
  return releases.filter(({ id }) => said.get(id) === 'yes');
}

/** Of which there can be roots, the oldest first. */
function numbered(distro: 'debian' | 'alpine'): readonly DistroRelease[] {
  const known = new Set(releaseIds());
  const number = ({ id }: DistroRelease) => id.slice(distro.length + 1);
  return distroReleases()
    .filter(
      (release) =>
        known.has(release.id) && release.id.startsWith(`${distro}-`) && /^\d/.test(number(release)),
    )
    .sort((a, b) => compareDotted(number(a), number(b)));
}

function libcOf(release: DistroRelease): string {
  return (release.libc === 'musl' ? release.musl : release.GLIBC) ?? '0';
}

/** The least libc that a system may have; undefined where a promise says nothing of it. */
function leastOf(promise: AbiPromise): string | undefined {
  const { kind } = promise;
  if (kind === 'musl') return promise.version ?? '0';
  if (kind === 'glibc' || kind === 'manylinux' || kind === 'musllinux') return promise.version;
  if (kind !== 'runs-on') return undefined;
  const release = distroReleases().find(({ id }) => id === promise.distro);
  return release && libcOf(release);
}
