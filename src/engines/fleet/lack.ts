/** What a builder turned out to lack when it was given a part. It gets no other that needs the same, and does the rest. */
import { Failure } from '../../report/failure.ts';
import { LackedCapability } from '../buildkit/daemon-limits.ts';
import type { CrewMember, Lack } from './crew.ts';
import { platformsOf, type Part } from './parts.ts';

/** Undefined where the failure says nothing of other parts. */
export function shownLack(part: Part, member: CrewMember, error: unknown): Lack | undefined {
  if (!(error instanceof Failure)) return undefined;
  const unclaimed = platformsOf(member.unclaimed(part));
  if (unclaimed.length > 0 && isOfAnotherCpu(error)) {
    const message = `${member.name} does not run ${unclaimed.join(' and ')}`;
    return { needs: new Set(unclaimed), why: new Failure('buildkit-foreign-cpu', message, { cause: error }) };
  }
  const { cause, code } = error;
  const isKnown = cause instanceof LackedCapability && part.needs.has(cause.name);
  if (isKnown) return { needs: new Set([cause.name]), why: error };
  const isItsOwn = cause instanceof LackedCapability || code === 'buildkit-graph-too-large';
  return isItsOwn ? { needs: part.needs, why: error } : undefined;
}

/** What steps say that a kernel can't start. */
function isOfAnotherCpu({ code, excerpt }: Failure): boolean {
  return code === 'buildkit-foreign-cpu' || excerpt.some((line) => line.includes('exec format error'));
}
