import type { Context } from '../report/context.ts';

/** Tells the beginning and the end of a task that was planned, however it ends. */
export async function runTask<Value>(
  { emit, signal }: Context,
  task: string,
  work: () => Promise<{ readonly value: Value; readonly note?: string }>,
): Promise<Value> {
  emit({ type: 'started', task, at: performance.now() });
  try {
    const { value, note } = await work();
    emit({ type: 'finished', task, outcome: 'done', at: performance.now(), note });
    return value;
  } catch (error) {
    emit({ type: 'finished', task, outcome: signal.aborted ? 'canceled' : 'failed', at: performance.now() });
    throw error;
  }
}
