import type { Worker } from 'node:worker_threads';

/** What a thread answers to one question at a time; the error of one that dies is the answer's. */
export function askWorker<Answer>(worker: Worker, question: unknown, signal?: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', answered).off('error', failed).off('exit', ended);
      signal?.removeEventListener('abort', aborted);
      act();
    };
    const answered = (answer: Answer) => settle(() => resolve(answer));
    const failed = (error: unknown) => settle(() => reject(error));
    // The error of a thread that dies comes before its end.
    const ended = (status: number) => failed(new Error(`a thread ended with status ${status}`));
    const aborted = () => failed(signal!.reason);
    worker.on('message', answered).on('error', failed).on('exit', ended);
    signal?.addEventListener('abort', aborted);
    worker.postMessage(question);
  });
}
