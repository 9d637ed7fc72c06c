import type { Store } from '../../store/store.ts';
import { Failure } from '../../report/failure.ts';
import type { Refused } from './refused.ts';
import type { Tools } from './tools.ts';

export async function explainRefusal(refused: Refused, _tools: Tools, _store: Store): Promise<Failure> {
  return new Failure('engine-refused', `the sandbox could not be made (${refused.stage})`, {
    why: refused.message,
  });
}
