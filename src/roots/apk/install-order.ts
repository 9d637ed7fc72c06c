import { apkDependencyText } from '../../formats/apk-dependency.ts';
import { ApkPackage } from '../../packages/apk/package.ts';
import { solveApk } from '../../packages/apk/solve.ts';
import { Failure } from '../../report/failure.ts';
import type { UnpackedApk } from './unpacked-apk.ts';

/**
 * The packages in the order in which apk installs them, which decides about files that several have. The lock sorts them
 * by name; but where there is nothing else to choose, apk's own way of choosing leads to the same packages in its order.
 */
export function installOrder(packages: readonly UnpackedApk[], world: readonly string[]): UnpackedApk[] {
  const index = [{ repository: '', tag: undefined, packages: packages.map(asIndexed) }];
  const specs = world.map((wish) => ({ spec: wish.replace(/@[^<>=~]+/, '') }));
  const byName = new Map(packages.map((one) => [one.name, one]));
  const ordered: UnpackedApk[] = [];
  try {
    for (const { package: one } of solveApk(index, { packages: specs, where: 'the lock' }).chosen) {
      ordered.push(byName.get(one.name)!);
      byName.delete(one.name);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // A lock that somebody wrote by hand may hold what apk would not have chosen.
    return [...packages];
  }
  return [...ordered, ...byName.values()];
}

function asIndexed(one: UnpackedApk): ApkPackage {
  const list = (key: 'depend' | 'provides' | 'install_if') =>
    one.dependencies(key).map(apkDependencyText).join(' ');
  return new ApkPackage(
    new Map([
      ['P', one.name],
      ['V', one.version],
      ['C', one.identity],
      ['I', one.field('size') ?? '0'],
      ['k', one.field('provider_priority') ?? '0'],
      ['D', list('depend')],
      ['p', list('provides')],
      ['i', list('install_if')],
    ]),
  );
}
