import { stepsFor } from '../../config/select.ts';
import type { CacheRule } from '../../config/project.ts';
import { Failure } from '../../report/failure.ts';
import { noProject, type Check, type Diagnosis } from '../check.ts';

interface Wide {
  readonly rule: Pick<CacheRule, 'name' | 'share' | 'path' | 'at'>;
  /** Steps that use it, of different commands. */
  readonly steps: readonly string[];
}

export const caches: Check<readonly Wide[] | undefined> = {
  id: 'caches',
  group: 'project',
  title: 'caches',
  proves: 'No cache is shared by builds that could spoil each other in it.',
  how: 'Looks at `share:` of caches whose entries are not named by all that they are made of.',
  costs:
    'A build takes objects that another compiler, another release or another option made: it fails, or worse, does not.',
  cure: 'Leave `share:` out: then the same command with the same variables in the same environment shares it.',
  needs: ['config'],
  probe({ project: here }) {
    if (here === undefined || here instanceof Failure) return undefined;
    const { project, targets } = here;
    const steps = new Set(targets.flatMap((target) => stepsFor(project, target)));
    const uses = [...steps].flatMap((step) => (step.caches ?? []).map((rule) => ({ rule, step })));
    const wide = uses.filter(({ rule }) => rule.share !== undefined && rule.share !== 'step');
    const told = wide.filter(({ rule }) => rule.preset?.keysItself !== true);
    return told.map(({ rule }) => {
      const others = uses.filter((use) => use.rule.name === rule.name).map(({ step }) => step);
      return { rule, steps: [...new Map(others.map((step) => [step.run, step.name])).values()] };
    });
  },
  judge(wide): Diagnosis | readonly Diagnosis[] {
    if (wide === undefined) return noProject;
    const told = wide.flatMap((one) => diagnose(one));
    return told.length > 0 ? told : { status: 'ok', found: 'none is shared too widely' };
  },
};

function diagnose({ rule: { name, share, at }, steps }: Wide): Diagnosis[] {
  const cure = 'leave `share:` out, unless the tool names each entry by all that it is made of';
  const what = `the cache \`${name}\` does not tell compilers and options apart`;
  if (share === 'project')
    return [{ status: 'warn', found: `${what}, and all environments of the project share it`, cure, at }];
  if (share === 'environment')
    return [
      { status: 'warn', found: `${what}, and all steps and targets of an environment share it`, cure, at },
    ];
  if (steps.length < 2) return [];
  const names = steps.map((step) => `\`${step}\``).join(' and ');
  return [{ status: 'warn', found: `${what}, and the steps ${names} of a target share it`, cure, at }];
}
