import { parentPort } from 'node:worker_threads';
import { answerHere, type Job } from './workers.ts';

parentPort!.on('message', (job: Job) => {
  // What is not an answer is a bug: it ends this thread, and arrives as the error of the job.
  void answerHere(job).then((answer) => parentPort!.postMessage(answer));
});
