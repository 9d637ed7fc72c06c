/**
 * Where the same words have several causes, the machine on which the failure happened tells which it was: the doctor's checks
 * look for each of them. One that finds what it looks for makes its cause sure, or takes the place of the likeliest one; one
 * that finds nothing makes its cause less sure and no more, as a full disk may have been emptied since.
 */
import type { Finding } from '../../doctor/examine.ts';
import type { Explanation, FoundCause, MachineAnswer } from '../../explain/explain.ts';
import type { FailureClass } from '../../explain/failure-class.ts';

/** Runs checks of the doctor by their ids, on the machine of the failure. */
export type AskMachine = (checks: readonly string[]) => Promise<readonly Finding[]>;

/** Puts another class in the place of the one that was found. */
type Instead = (finding: FoundCause, name: string) => FoundCause;

interface Asking {
  readonly classes: readonly FailureClass[];
  readonly instead: Instead;
  readonly ask: AskMachine;
}

const confirmed = 0.97;
const notSeen = 0.1;

/** Only the root cause is worth the time. */
export async function withMachineAsked(explanation: Explanation, asking: Asking): Promise<Explanation> {
  const [root, ...others] = explanation.findings;
  if (root === undefined) return explanation;
  const names = [root.class, ...root.candidates.map((one) => one.class)];
  const checksOf = (name: string) => asking.classes.find((one) => one.class === name)?.asks ?? [];
  const checks = [...new Set(names.flatMap(checksOf))];
  if (checks.length === 0) return explanation;
  const found = await asking.ask(checks);
  // A doubt is enough for what the log says, and too little for what it doesn't.
  const telling = (name: string) => (name === root.class ? ['warn', 'fail'] : ['fail']);
  const answersFor = (name: string) =>
    answersOf(name, { checks: checksOf(name), found, telling: telling(name) });
  return { ...explanation, findings: [decided(root, answersFor, asking.instead), ...others] };
}

function decided(
  root: FoundCause,
  answersFor: (name: string) => readonly MachineAnswer[],
  instead: Instead,
): FoundCause {
  const own = answersFor(root.class);
  if (own.some(agrees)) return sureBy(root, own);
  const others = root.candidates.map((candidate) => answersFor(candidate.class));
  const asked = [...own, ...others.flat()];
  const other = others.find((answers) => answers.some(agrees))?.[0];
  if (other !== undefined) return { ...instead(root, other.class), asked, confidence: confirmed };
  return own.length === 0 ? { ...root, asked } : sureBy(root, asked);
}

/** As sure of the cause as the answers make it. What can't be told from now isn't ruled out. */
export function sureBy(root: FoundCause, asked: readonly MachineAnswer[]): FoundCause {
  const own = asked.filter((answer) => answer.class === root.class);
  if (own.some(agrees))
    return { ...root, asked, guessed: false, confidence: Math.max(root.confidence, confirmed) };
  return { ...root, asked, confidence: root.confidence - notSeen };
}

function agrees(answer: MachineAnswer): boolean {
  return answer.agrees;
}

/** What was skipped says nothing. */
function answersOf(
  name: string,
  {
    checks,
    found,
    telling,
  }: {
    readonly checks: readonly string[];
    readonly found: readonly Finding[];
    readonly telling: readonly string[];
  },
): readonly MachineAnswer[] {
  return found
    .filter(({ check, status }) => checks.includes(check.id) && status !== 'skipped')
    .map(({ check, status, found: words }) => ({
      class: name,
      check: check.id,
      agrees: telling.includes(status),
      found: words,
    }));
}
