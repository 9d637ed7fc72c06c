import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { AbiPromise } from '../abi/promise.ts';
import { askWorker } from '../base/ask-worker.ts';
import type { ArtifactAudit } from './report.ts';
import { auditArtifact, auditLayout } from './audit-artifact.ts';
import { auditFiles, type FilesJob, type FilesResult } from './audit-files.ts';

export type Job =
  | {
      /** `layout` is an image in a folder. */
      readonly kind: 'artifact' | 'layout';
      readonly path: string;
      readonly name: string;
      readonly promises: readonly AbiPromise[];
    }
  | ({ readonly kind: 'files' } & FilesJob);

export type JobResult =
  | { readonly kind: 'artifact'; readonly artifact: ArtifactAudit }
  | { readonly kind: 'files'; readonly result: FilesResult };

async function runJob(job: Job): Promise<JobResult> {
  if (job.kind === 'files') return { kind: 'files', result: await auditFiles(job) };
  const audit = job.kind === 'layout' ? auditLayout : auditArtifact;
  return { kind: 'artifact', artifact: await audit(job.path, job.name, job.promises) };
}

/** What a thread answers: a result, or an error of the machine. */
export type JobAnswer =
  | { readonly result: JobResult }
  | { readonly error: { readonly code: string; readonly message: string } };

/** Runs jobs in order of their start, on as many threads as pay. Results keep the order of the jobs. */
export async function runJobs(
  jobs: readonly Job[],
  threads: number,
  signal?: AbortSignal,
): Promise<JobAnswer[]> {
  const count = Math.min(threads, availableParallelism(), jobs.length);
  const answers = Array.from<JobAnswer>({ length: jobs.length });
  let next = 0;
  const lane = async (answer: (job: Job) => Promise<JobAnswer>): Promise<void> => {
    while (next < jobs.length) {
      signal?.throwIfAborted();
      const index = next++;
      answers[index] = await answer(jobs[index]!);
    }
  };
  if (count <= 1) {
    await lane(answerHere);
    return answers;
  }
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL('./audit-worker.js', import.meta.url)),
  );
  try {
    await Promise.all(workers.map((worker) => lane((job) => askWorker<JobAnswer>(worker, job, signal))));
    return answers;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

export async function answerHere(job: Job): Promise<JobAnswer> {
  try {
    return { result: await runJob(job) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { error: { code, message } };
  }
}
