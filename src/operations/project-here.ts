import type { Project } from '../config/project.ts';
import { findProject, readProject } from '../config/read.ts';
import type { Context } from '../report/context.ts';

/** The project that the user stands in, with the values that the command line sets. */
export function projectHere({ cwd }: Pick<Context, 'cwd'>, set?: readonly string[]): Project {
  return readProject(findProject(cwd), cwd, set).project;
}

/** The same, for commands at which users look: what is doubtful in the file is told. */
export function projectHereTelling(context: Pick<Context, 'cwd' | 'emit'>, set?: readonly string[]): Project {
  const { project, warnings } = readProject(findProject(context.cwd), context.cwd, set);
  for (const diagnostic of warnings) context.emit({ type: 'noticed', diagnostic });
  return project;
}
