/** Servers that somebody named for a distro's packages, in place of those that the machine or the distro has of its own. */

export const mirroredDistros = ['debian', 'ubuntu', 'alpine', 'wolfi'] as const;
export type MirroredDistro = (typeof mirroredDistros)[number];

export interface MirrorRule {
  /** Whose packages it has; undefined stands for every distro. */
  readonly distro: MirroredDistro | undefined;
  readonly url: string;
  /** Where it is named, for messages. */
  readonly from: string;
}

/** The one to ask: what is named for this distro alone goes before what is named for all. */
export function mirrorFor(distro: MirroredDistro, rules: readonly MirrorRule[]): MirrorRule | undefined {
  return rules.find((rule) => rule.distro === distro) ?? rules.find((rule) => rule.distro === undefined);
}

export function isServerUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
