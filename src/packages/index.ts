/** `targetry/packages`: what apk and apt would install, from indexes alone. See docs/packages.md. */
export { parseApkIndex } from './apk/index-text.ts';
export { alpineKeys, ApkKeys, wolfiKeys } from './apk/keys.ts';
export type { ApkIndex } from './apk/names.ts';
export type { ApkPackage } from './apk/package.ts';
export { solveApk, type ApkChoice, type ApkReason, type ApkRequest, type ApkSolution } from './apk/solve.ts';
export { trustApkIndex, type TrustedApkIndex } from './apk/trusted-index.ts';
export { PackageIndex as DebIndex } from './deb/package-index.ts';
export type { DebPackage } from './deb/package.ts';
export { DebUniverse, type DebSource } from './deb/universe.ts';
export type { PackageSpec } from './solve/request.ts';
export { solve as solveDeb, type PackageRequest, type Solution } from './solve/solve.ts';
export type { Reason } from './solve/sweep.ts';
