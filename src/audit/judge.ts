import type { AbiPromise } from '../abi/promise.ts';
import type { ArtifactAudit } from './report.ts';
import { judgeDistroPackage } from './claims/distro-package.ts';
import type { Judged } from './claims/judged.ts';
import { judgeNpm, parseManifest } from './claims/npm.ts';
import { judgePrebuilds } from './claims/prebuilds.ts';
import { judgeWheel } from './claims/wheel.ts';
import { promiseProblems } from './promises.ts';
import { artifactVerdicts } from './roll-up.ts';
import { rpathProblems } from './rpath-check.ts';
import { weakFloorProblems } from './weak-floor.ts';
import type { Contents, FoundElf } from './walk/contents.ts';
import { wheelTagsOf } from './wheel-tags.ts';
import { asInstalled } from './wheel-verdicts.ts';

/** What is known of an artifact besides its contents. */
export interface ArtifactName {
  /** As the report calls it. */
  readonly path: string;
  /** The last part of its path, which wheels make claims with. */
  readonly fileName: string;
  readonly sha256: string | null;
  readonly promises: readonly AbiPromise[];
}

/** From what an artifact holds to what is said of it: claims, tags, verdicts. Reads nothing. */
export function judge(contents: Contents, { path, fileName, sha256, promises }: ArtifactName): ArtifactAudit {
  const bundled = bundledBy(contents.elfs);
  const tags = wheelTagsOf(contents.elfs, bundled);
  const judged = judgeClaims(contents, fileName, tags, bundled);
  const runsOn = artifactVerdicts(contents.elfs, bundled);
  return {
    path,
    kind: contents.kind,
    sha256,
    claims: judged.claims,
    tags,
    runsOn: contents.kind === 'wheel' ? asInstalled(runsOn, fileName) : runsOn,
    problems: [
      ...contents.problems,
      ...judged.problems,
      ...contents.elfs.flatMap(({ audit }) => rpathProblems(audit)),
      ...contents.elfs.flatMap(weakFloorProblems),
      ...promiseProblems(contents.elfs, promises, bundled),
    ],
    elfs: contents.elfs.map(({ audit }) => audit),
  };
}

/** Libraries that the artifact brings itself, by the names that others ask for. */
function bundledBy(elfs: readonly FoundElf[]): ReadonlySet<string> {
  const libraries = elfs.filter(({ audit }) => audit.type === 'shared' || audit.type === 'pie');
  return new Set(
    libraries.flatMap(({ audit: { soname, path } }) => [
      path.slice(path.lastIndexOf('/') + 1),
      ...(soname === null ? [] : [soname]),
    ]),
  );
}

function judgeClaims(
  contents: Contents,
  fileName: string,
  tags: readonly string[],
  bundled: ReadonlySet<string>,
): Judged {
  switch (contents.kind) {
    case 'npm': {
      const judged = judgeNpm(contents, npmRoot(contents) ?? '');
      return { ...judged, problems: [...judged.problems, ...judgePrebuilds(contents)] };
    }
    case 'wheel':
      return judgeWheel(contents, fileName, tags, bundled);
    case 'deb':
    case 'apk':
    case 'rpm':
      return judgeDistroPackage(contents);
    case 'oci':
      return { claims: { platforms: contents.platforms }, problems: [] };
    case 'elf':
    case 'folder':
    case 'tar':
    case 'zip':
    case 'ar':
      return { claims: {}, problems: judgePrebuilds(contents) };
  }
}

/** The folder of package.json: usually `package/`; undefined where there is no package.json with a name and version. */
export function npmRoot({ texts }: Contents): string | undefined {
  const manifests = [...texts].filter(([path]) => /^(?:[^/]+\/)?package\.json$/.test(path));
  if (manifests.length !== 1) return undefined;
  const [path, text] = manifests[0]!;
  return parseManifest(text) === undefined ? undefined : path.slice(0, -'package.json'.length);
}
