import type { Verdict } from '../audit/report.ts';

/**
 * Verdicts over some eighty releases in the few words of a release page: `debian >= 10, fedora, ubuntu >= 20.04`. A distro
 * whose every release agrees stands alone; one that begins to run at a release is told by that release.
 */
export function releasesThat(runs: Verdict['runs'], verdicts: readonly Verdict[]): string[] {
  const distros = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const { distro } = splitRelease(verdict.distro);
    distros.set(distro, [...(distros.get(distro) ?? []), verdict]);
  }
  return [...distros].flatMap(([distro, releases]) => {
    const count = releases.filter((verdict) => verdict.runs === runs).length;
    if (count === 0) return [];
    if (count === releases.length) return [distro];
    const ordered = releases.sort((a, b) => compareReleases(a.distro, b.distro));
    const matching = ordered.filter((verdict) => verdict.runs === runs);
    const first = splitRelease(matching[0]!.distro).release;
    const last = splitRelease(matching.at(-1)!.distro).release;
    if (ordered.slice(-count).every((verdict) => verdict.runs === runs)) return [`${distro} >= ${first}`];
    if (ordered.slice(0, count).every((verdict) => verdict.runs === runs)) return [`${distro} <= ${last}`];
    return [`${distro} ${matching.map((verdict) => splitRelease(verdict.distro).release).join(' ')}`];
  });
}

function splitRelease(id: string): { distro: string; release: string } {
  const dash = id.indexOf('-');
  return dash < 0 ? { distro: id, release: '' } : { distro: id.slice(0, dash), release: id.slice(dash + 1) };
}

/**
 * Numbers by value, in names too; names of moving releases (`unstable`, `rolling`) after all numbers. The collator that
 * could do it takes as long to load as all the rest of the page takes.
 */
function compareReleases(a: string, b: string): number {
  // At even places what stands between numbers, at odd ones the numbers.
  const [one, other] = [a, b].map((id) => splitRelease(id).release.split(/(\d+)/)) as [string[], string[]];
  for (const [place, part] of one.entries()) {
    const against = other[place] ?? '';
    const order = place % 2 === 0 ? compareText(part, against) : Number(part) - Number(against);
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
