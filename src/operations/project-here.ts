import type { Project } from '../config/project.ts';
import { findProject, readProject } from '../config/read.ts';
import type { Context } from '../report/context.ts';

/** The project that the user stands in, with the values that the command line sets. What is doubtful in its file is told. */
export function projectHere({ cwd, emit }: Pick<Context, 'cwd' | 'emit'>, set?: readonly string[]): Project {
  const { project, warnings } = readProject(findProject(cwd), cwd, set);
  for (const diagnostic of warnings) emit({ type: 'noticed', diagnostic });
  return project;
}
