import { Explainer, type Explanation } from '../../../src/explain/explain.ts';
import { failureClasses } from '../../../src/explain/failure-classes.ts';

/** One for all tests: it takes longer to make than to ask. */
export const explainer = new Explainer(failureClasses);

function explained(log: string): Promise<Explanation> {
  return explainer.explain([Buffer.from(log)]);
}

/** The classes found in a log, the root cause first. */
export async function classesIn(log: string): Promise<string[]> {
  return (await explained(log)).findings.map((finding) => finding.class);
}
