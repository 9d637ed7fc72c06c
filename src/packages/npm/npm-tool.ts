/**
 * Whether a package of npm can be put into a root as it is, without npm: it must be for the root's system, have all that it
 * needs in its own tarball, and not want to run anything. One exception is how packages bring programs for many systems: as
 * optional dependencies of exactly one version, of which only those for the root's system are taken.
 */
import { cpuOf } from '../../abi/cpu.ts';
import { npmAllows, type NpmManifest } from '../../formats/npm-manifest.ts';
import { Failure } from '../../report/failure.ts';
import { knownTools } from '../known-tools.ts';
import { platformInWords, type ToolPlatform } from '../tool-platform.ts';

/** The package that has the program which a name stands for. */
export function npmPackageFor(name: string, platform: ToolPlatform): string {
  const { instead, libc } = knownTools().npm[name] ?? {};
  if (instead === undefined) return name;
  if (libc !== undefined && libc !== platform.libc) throw notFor(name, `it needs ${libc}`, platform);
  return instead.replace('{cpu}', cpuOf(platform.arch).node);
}

/** Throws where the package wants more than to be unpacked. */
export function refuseNpmTool(manifest: NpmManifest, platform: ToolPlatform): void {
  const { name, version, dependencies, installScripts } = manifest;
  const wrong = unfit(manifest, platform);
  if (wrong !== undefined) throw notFor(`${name} ${version}`, wrong, platform);
  if (dependencies.size > 0) {
    const list = [...dependencies.keys()];
    const named =
      list.length > 3 ? `${list.slice(0, 3).join(', ')} and ${list.length - 3} more` : list.join(', ');
    throw needsMore(name, `${name} ${version} needs other packages: ${named}`);
  }
  if (installScripts.length > 0 && knownTools().npm[name]?.scripts === undefined)
    throw needsMore(name, `${name} ${version} wants to run its ${installScripts.join(' and ')} script`);
}

/** Names and versions of the packages that may have its programs, by their names alone. */
export function platformPackages({ optionalDependencies }: NpmManifest): ReadonlyMap<string, string> {
  const exact = [...optionalDependencies].filter(
    ([name, version]) => /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(version) && /linux/i.test(name),
  );
  return new Map(exact);
}

/** Of these, the ones for this root. */
export function fittingParts(
  tool: NpmManifest,
  parts: readonly NpmManifest[],
  platform: ToolPlatform,
): NpmManifest[] {
  const fitting = parts.filter((part) => unfit(part, platform) === undefined);
  if (parts.length > 0 && fitting.length === 0) {
    const why = `it has programs in ${parts.map(({ name }) => name).join(', ')} only`;
    throw notFor(`${tool.name} ${tool.version}`, why, platform);
  }
  return fitting;
}

/** Why a package isn't for a root; undefined where it is. */
function unfit({ name, os, cpu, libc }: NpmManifest, platform: ToolPlatform): string | undefined {
  if (!npmAllows(os, 'linux')) return `it is for ${os.join(', ')}`;
  if (!npmAllows(cpu, cpuOf(platform.arch).node)) return `it is for ${cpu.join(', ')}`;
  if (!npmAllows(libc, platform.libc)) return `it is for ${libc.join(', ')}`;
  // Many packages for musl say so by their names alone.
  if (libc.length === 0 && /linux/.test(name) && /musl/.test(name) && platform.libc !== 'musl')
    return 'it is for musl';
  return undefined;
}

function notFor(what: string, why: string, platform: ToolPlatform): Failure {
  return new Failure('tool-not-for-root', `${what} is not for ${platformInWords(platform)}`, { why });
}

function needsMore(name: string, message: string): Failure {
  return new Failure('tool-needs-more', message, {
    hint: `install it in a step: { name: tools, run: "npm install --global ${name}", network: true }`,
  });
}
