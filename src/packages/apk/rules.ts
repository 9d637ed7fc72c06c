import { compareApkVersions } from '../../formats/apk-version.ts';

/** How one generation of apk differs from another, as far as it decides what is installed. */
export interface ApkRules {
  readonly order: DecisionOrder;
  /** A name that one package alone provides, without a version, leads to that package. */
  readonly loneProviderChosen: boolean;
  /** `install_if` may name what another package provides. */
  readonly providedNamesInvite: boolean;
  /** What is ruled out doesn't come by itself. */
  readonly ruledOutStaysOut: boolean;
  /** apk 3: `install_if` may hold conflicts, and a package doesn't conflict with what it provides itself. */
  readonly isApk3: boolean;
}

/**
 * Which of the names that are open is decided next. `required`: something needs it; `asked`: the user named it; `near`: its
 * providers have the name itself; `deep`: a long chain of dependencies is below; `late`: it was found late.
 */
export type DecisionOrder =
  | 'required, near, deep'
  | 'asked, near, deep, required'
  | 'required, asked, near, deep'
  | 'asked, late'
  | 'choosable, asked, late'
  /** Three queues: without a choice, with one that can be made, and others. */
  | 'queues';

const ORDERS: readonly (readonly [since: string, order: DecisionOrder])[] = [
  ['3_alpha', 'queues'],
  ['2.14.8', 'choosable, asked, late'],
  ['2.14.7', 'asked, late'],
  ['2.14.5', 'required, asked, near, deep'],
  ['2.12.11', 'asked, near, deep, required'],
  ['0', 'required, near, deep'],
];

/** All that is known here was held against apk's of before. */
const UNKNOWN_SINCE = '3.1_alpha';

export function isUnknownApk(version: string): boolean {
  return compareApkVersions(version, UNKNOWN_SINCE) >= 0;
}

/** The apk that a release brings is the one whose choice counts there. */
export function rulesOfApk(version: string): ApkRules {
  const isSince = (other: string): boolean => compareApkVersions(version, other) >= 0;
  return {
    order: ORDERS.find(([since]) => isSince(since))?.[1] ?? 'required, near, deep',
    loneProviderChosen: !isSince('2.12.10'),
    providedNamesInvite: isSince('2.12.11'),
    ruledOutStaysOut: isSince('2.14.5'),
    isApk3: isSince('3_alpha'),
  };
}
