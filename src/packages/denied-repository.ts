import { variableStart } from '../remote/credentials.ts';
import type { Location } from '../report/diagnostic.ts';
import { Failure } from '../report/failure.ts';

/** What the client says of an address that wants credentials, said of the repository there. */
export function deniedRepository(
  error: Failure,
  { name, at }: { readonly name: string; readonly at: Location | undefined },
): Failure {
  const netrc = 'put `machine HOST login NAME password PASSWORD` into ~/.netrc';
  const start = variableStart(name);
  const variables = `, or set ${start}_USER and ${start}_PASSWORD, or ${start}_TOKEN`;
  return new Failure('http-denied', error.message, {
    why: error.why,
    // Variables are for repositories of the user's own file.
    hint: at === undefined ? netrc : `${netrc}${variables}`,
    at,
    cause: error,
  });
}
