import { apkDependencyText } from '../../formats/apk-dependency.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { oneOf } from '../../report/suggest.ts';
import { fulfils, type ApkWish, type Candidate, type Link, type Name } from './names.ts';

const MOST_LINKS = 12;

interface Problem {
  readonly code: Diagnostic['code'];
  readonly text: string;
  readonly hint: string | undefined;
}

/** Why wishes could not be fulfilled together: for each, the chain from it to the first thing that is wrong. */
export function explainApkFailure(wishes: readonly ApkWish[], where: string): Diagnostic[] {
  const positive = wishes.filter(({ dependency }) => !dependency.isConflict);
  const found = explainThese(positive, wishes, where);
  // What a `!name` runs into is told best by what wants the name.
  return found.length > 0 ? found : explainThese(wishes, wishes, where);
}

function explainThese(these: readonly ApkWish[], wishes: readonly ApkWish[], where: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const { dependency, to, spec } of these) {
    const problem = linkProblem(wishes, { dependency, to }, where, new Set());
    if (problem === undefined) continue;
    const message =
      problem.code === 'packages-conflict' ? `\`${spec.spec}\` can't be had: ${problem.text}` : problem.text;
    found.push({ code: problem.code, severity: 'error', message, hint: problem.hint, at: spec.at });
  }
  return found;
}

function linkProblem(
  wishes: readonly ApkWish[],
  { dependency, to }: Link,
  where: string,
  path: ReadonlySet<Name>,
): Problem | undefined {
  if (path.has(to) || path.size > MOST_LINKS) return undefined;
  const text = apkDependencyText(dependency);
  const { providers, chosen } = to;
  if (dependency.isConflict) {
    if (chosen === undefined || fulfils(chosen, dependency)) return undefined;
    const by = chosen.candidate.package.name;
    return { code: 'packages-conflict', text: `${text} rules out ${by}, which is chosen`, hint: undefined };
  }
  const right = providers.filter((provider) => fulfils(provider, dependency));
  if (providers.length === 0)
    return { code: 'packages-conflict', text: `${where} has no ${to.name}`, hint: undefined };
  if (right.length === 0) {
    const versions = providers.map(({ version, candidate }) => version ?? candidate.package.name);
    return {
      code: path.size === 0 ? 'package-version-unknown' : 'packages-conflict',
      text: `${where} has no ${text}`,
      hint: `it has ${to.name} ${oneOf([...new Set(versions)])}`,
    };
  }
  if (chosen === undefined) {
    const options = [...new Set(right.map(({ candidate }) => candidate.package.name))];
    if (to.distance === 2 && right.some(({ candidate }) => candidate.isSelectable))
      return {
        code: path.size === 0 ? 'package-ambiguous' : 'packages-conflict',
        text: `${to.name} is not a package but a name that others provide`,
        hint: `add one of them to \`packages\`: ${oneOf(options)}`,
      };
  }
  const next = chosen !== undefined && fulfils(chosen, dependency) ? chosen : right[0]!;
  return candidateProblem(wishes, next.candidate, where, new Set([...path, to]));
}

function candidateProblem(
  wishes: readonly ApkWish[],
  candidate: Candidate,
  where: string,
  path: ReadonlySet<Name>,
): Problem | undefined {
  const { name, version } = candidate.package;
  if (!candidate.isTagAllowed) {
    return conflict(
      `${name} ${version} is only in a repository with a tag`,
      `write \`${name}@TAG\`, with that repository's tag`,
    );
  }
  const against = wishes.find(({ dependency, to }) => {
    const own = to.providers.find((provider) => provider.candidate === candidate);
    return own !== undefined && !fulfils(own, dependency);
  });
  if (against !== undefined)
    return conflict(
      `\`${against.spec.spec}\` rules out ${name} ${version}`,
      `remove \`${against.spec.spec}\``,
    );
  for (const link of candidate.depends) {
    const problem = linkProblem(wishes, link, where, path);
    if (problem !== undefined)
      return { ...problem, text: `${name} needs ${apkDependencyText(link.dependency)}; ${problem.text}` };
  }
  const rival = rivalOf(candidate);
  if (rival !== undefined)
    return conflict(
      `${name} ${version} and ${rival.other.package.name} ${rival.other.package.version} both provide ${rival.name.name}`,
      `remove one of the packages that lead to ${name} and to ${rival.other.package.name}`,
    );
  return candidate.isSelectable && !candidate.isBroken
    ? undefined
    : conflict(`${name} ${version} doesn't go with what else is chosen`, undefined);
}

/** What was chosen for a name that both provide. */
function rivalOf(candidate: Candidate): { readonly name: Name; readonly other: Candidate } | undefined {
  const answers = [candidate.name, ...candidate.provides.map(({ to }) => to)];
  for (const name of answers) {
    const other = name.chosen?.candidate;
    if (other !== undefined && other !== candidate) return { name, other };
  }
  return undefined;
}

function conflict(text: string, hint: string | undefined): Problem {
  return { code: 'packages-conflict', text, hint };
}
