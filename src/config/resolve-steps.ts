/** The steps of the file: selections become what they select by, `each` becomes one step for each value. */
import { parseTimeLimit } from '../base/time-limit.ts';
import type { Path } from './document.ts';
import type { Findings } from './findings.ts';
import { placeholdersIn, substitute } from './placeholders.ts';
import type { Selection, Step, Target } from './project.ts';
import { resolveCaches, resolveSecrets } from './resolve-extras.ts';
import { resolveSelection, type Selectable } from './resolve-selection.ts';
import type { FileContent, SelectionContent } from './schema.ts';
import { stepsFor } from './select.ts';

type WrittenStep = NonNullable<FileContent['steps']>[number];

export function resolveSteps(
  written: readonly WrittenStep[],
  names: Selectable,
  findings: Findings,
): readonly Step[] {
  const resolver = new StepResolver(names, findings);
  const steps = written.flatMap((step, index) => resolver.resolve(step, index));
  tellStepsApart(steps, findings);
  return steps;
}

/** What a step has seen of the source stays there for the steps after it, on one file system. */
export function warnOfLateInputs(
  steps: readonly Step[],
  targets: readonly Target[],
  findings: Findings,
): void {
  const told = new Set<string>();
  for (const target of targets) {
    let whole: Step | undefined;
    for (const step of stepsFor({ steps }, target)) {
      const at = step.inputs?.[0]?.at ?? step.at;
      if (step.inputs === undefined) whole ??= step;
      else if (whole !== undefined && !told.has(step.name)) {
        told.add(step.name);
        const message = `\`inputs\` comes too late: \`${whole.name}\` before it sees the whole source, and so does this step`;
        findings.warning(
          'step-inputs-late',
          message,
          at,
          'move this step before it, or give that one `inputs` too',
        );
      }
    }
  }
}

class StepResolver {
  readonly #names: Selectable;
  readonly #findings: Findings;

  constructor(names: Selectable, findings: Findings) {
    this.#names = names;
    this.#findings = findings;
  }

  resolve(written: WrittenStep, index: number): Step[] {
    const path = ['steps', index];
    const at = (key: string) => this.#findings.document.at([...path, key]);
    const step = {
      run: written.run,
      env: written.env ?? {},
      network: written.network === 'true',
      user:
        written.user === undefined || written.user === 'root'
          ? undefined
          : { name: written.user, at: at('user') },
      timeout: written.timeout === undefined ? undefined : parseTimeLimit(written.timeout),
      caches: resolveCaches(written.caches, [...path, 'caches'], this.#findings),
      secrets: resolveSecrets(written.secrets, [...path, 'secrets'], this.#findings),
      inputs: this.#inputs(written.inputs, [...path, 'inputs']),
      only: this.#selection(written.only, [...path, 'only']),
      except: this.#selection(written.except, [...path, 'except']),
      at: at('name'),
    };
    if (written.timeout !== undefined && step.timeout === undefined) {
      const hint = 'write hours, minutes and seconds, such as `20m`, `90s` or `1h30m`';
      this.#findings.error('config-value', `\`${written.timeout}\` is no time`, at('timeout'), hint);
    }
    return this.#values(written, path).map((each) => ({ ...step, name: nameWith(written.name, each), each }));
  }

  #inputs(patterns: readonly string[] | undefined, path: Path): Step['inputs'] {
    return patterns?.map((pattern, index) => {
      const at = this.#findings.document.at([...path, index]);
      if (pattern.startsWith('/') || pattern.split('/').includes('..')) {
        this.#findings.error(
          'config-path',
          `\`${pattern}\` leads outside of the source folder`,
          at,
          'write a path relative to the source folder',
        );
      }
      return { pattern: pattern.replace(/^(\.\/)+/, '').replace(/\/+$/, ''), at };
    });
  }

  /** Every combination of the values of `each`, in the order they are written. */
  #values({ each }: WrittenStep, path: Path): Step['each'][] {
    let all: Step['each'][] = [{}];
    for (const [key, values] of Object.entries(each ?? {})) {
      const at = this.#findings.document.atKey([...path, 'each', key]);
      const variable = key.toUpperCase();
      if (reserved.test(variable)) {
        const hint = `name it otherwise: each value comes as a variable, here $${variable}`;
        this.#findings.error('config-value', `\`${key}\` can't be a name of \`each\``, at, hint);
      }
      const twice = values.find((value, index) => values.indexOf(value) !== index);
      if (twice !== undefined) {
        this.#findings.error('config-value', `\`${key}\` has the value \`${twice}\` twice`, at, 'keep one');
      }
      all = all.flatMap((chosen) => [...new Set(values)].map((value) => ({ ...chosen, [key]: value })));
    }
    return all;
  }

  #selection(written: SelectionContent | undefined, path: Path): Selection | undefined {
    return written && resolveSelection(written, path, this.#names, this.#findings);
  }
}

/** Variables that a step has anyway, and that mean something to what it runs. */
const reserved = /^(PATH|HOME|JOBS|SOURCE_DATE_EPOCH|TARGETRY_.*)$/;

/** Says of which values it is, where the name as it is written doesn't. */
function nameWith(template: string, each: Step['each']): string {
  const values = Object.fromEntries(Object.entries(each).map(([key, value]) => [`each.${key}`, value]));
  const missing = Object.keys(values).filter((key) => !placeholdersIn(template).includes(key));
  return [substitute(template, values), ...missing.map((key) => values[key])].join(' ');
}

function tellStepsApart(steps: readonly Step[], findings: Findings): void {
  const first = new Map<string, Step>();
  for (const step of steps) {
    const other = first.get(step.name);
    if (!other) first.set(step.name, step);
    else {
      const hint = `rename it: the first is in line ${other.at.line}`;
      findings.error('config-name-twice', `two steps are named \`${step.name}\``, step.at, hint);
    }
  }
}
