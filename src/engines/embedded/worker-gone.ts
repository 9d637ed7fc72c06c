/** The worker ended while something was asked of it. */
export class WorkerGone extends Error {}
