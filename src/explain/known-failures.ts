/** What explains a log by all known failures, a long one on several threads. */
import { Worker } from 'node:worker_threads';
import { Explainer } from './explain.ts';
import { failureClasses } from './failure-classes.ts';
import { wordsFound } from './words-found.ts';

export function knownFailures(): Explainer {
  return new Explainer(failureClasses, { found: wordsFound(), startThread });
}

function startThread(): Worker {
  return new Worker(new URL('./search-worker.js', import.meta.url));
}
