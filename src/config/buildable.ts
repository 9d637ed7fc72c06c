import { Failure } from '../report/failure.ts';
import type { Project } from './project.ts';

/** For commands that build: a project of environments alone is right, and of no use to them. */
export function refuseNothingToBuild({ file, targets, artifacts }: Project): void {
  if (targets.length > 0 && artifacts.length > 0) return;
  throw new Failure('nothing-to-build', `${file} has no ${targets.length === 0 ? 'targets' : 'artifacts'}`);
}
