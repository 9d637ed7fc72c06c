import { variablesOf } from '../../config/placeholders.ts';
import type { Step } from '../../config/project.ts';
import { stepsFor } from '../../config/select.ts';
import type { Location } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import { noProject, type Check, type Diagnosis } from '../check.ts';

interface Unpinned {
  readonly step: string;
  readonly at: Location;
  /** The words of the command. */
  readonly command: string;
  readonly why: string;
  readonly cure: string;
}

interface Habit {
  readonly form: RegExp;
  /** Variables with which the command takes nothing, or only what is pinned. */
  readonly unless?: RegExp;
  readonly why: string;
  readonly cure: string;
}

const tools = 'name the tool with its version under `tools:` of the environment, or in its `packages:`';

/** What takes whatever a server has today, beside the lock. */
const habits: readonly Habit[] = [
  {
    form: /\b(?:curl|wget)\b[^\n|;]*\|\s*(?:sudo\s+)?(?:env\s+\S+\s+)*(?:ba|z|da)?sh\b/,
    why: 'runs what a server sends today',
    cure: tools,
  },
  {
    form: /\b(?:apt-get|apt|apk|dnf|yum)\s+(?:-\S+\s+)*(?:install|add|upgrade)\b/,
    why: 'installs packages that the lock does not know',
    cure: 'name them under `packages:` of the environment',
  },
  {
    form: /\bpip3?\s+(?:install|wheel|download)\b(?![^\n;&]*(?:==|--require-hashes|\s-r\b|\s-e\b|--no-index|\s\.))[^\n;&|]*/,
    why: 'takes the newest version of that day',
    cure: 'pin it (`==`), or name it under `tools: { pypi: […] }`',
  },
  {
    form: /\bpip3?\s+(?:wheel|install)\b(?=[^\n;&|]*\s["']?\.(?:[/["'\s;&|]|$))(?![^\n;&|]*\s--(?:no-build-isolation|no-index|build-constraint)\b)[^\n;&|]*/,
    unless: /\bPIP_(?:NO_BUILD_ISOLATION|NO_INDEX|BUILD_CONSTRAINT|CONSTRAINT)\b/,
    why: 'builds with the setuptools or other build tools of that day, which pip takes from the index',
    cure: 'write `--no-build-isolation`, and name the build tools under `packages:` or `tools:` of the environment',
  },
  {
    form: /\bpython[\d.]*\s+-m\s+build\b(?![^\n;&|]*\s(?:--no-isolation|-n)\b)[^\n;&|]*/,
    unless: /\bPIP_(?:NO_INDEX|BUILD_CONSTRAINT|CONSTRAINT)\b/,
    why: 'builds with the setuptools or other build tools of that day, which pip takes from the index',
    cure: 'write `--no-isolation`, and name the build tools under `packages:` or `tools:` of the environment',
  },
  {
    form: /\bnpm\s+(?:install|i)\s+(?:-g|--global)\b(?![^\n;&]*\w@\d)[^\n;&|]*/,
    why: 'takes the newest version of that day',
    cure: 'pin it (`@1.2.3`), or name it under `tools: { npm: […] }`',
  },
  {
    form: /\bnpm\s+(?:install|i)\s*(?=$|\n|;|&)/,
    why: 'may take other versions than package-lock.json',
    cure: 'write `npm ci`',
  },
  {
    form: /\bcargo\s+install\b(?![^\n;&]*(?:--version|--locked|--path|@\d))[^\n;&|]*/,
    why: 'takes the newest version of that day',
    cure: 'pin it: `cargo install --locked NAME@1.2.3`',
  },
  {
    form: /\bgo\s+install\s+\S+@latest\b/,
    why: 'takes the newest version of that day',
    cure: 'write the version in the place of `latest`',
  },
];

export const pins: Check<readonly Unpinned[] | undefined> = {
  id: 'pins',
  group: 'project',
  title: 'pinned tools',
  proves: 'Steps with a network take nothing whose version only the day decides.',
  how: 'Reads the commands of steps with `network: true`.',
  costs: 'The same commit builds otherwise tomorrow, or not at all.',
  cure: 'Name tools under `packages:` and `tools:`, where the lock pins them; pin the others in the command.',
  needs: ['config'],
  probe({ project: here }) {
    if (here === undefined || here instanceof Failure) return undefined;
    const { project, targets } = here;
    const told = targets.flatMap((target) =>
      stepsFor(project, target)
        .filter(({ network }) => network)
        .flatMap((step) => unpinnedIn(step, Object.keys(variablesOf(project, target, step)))),
    );
    return [...new Map(told.map((one) => [`${one.at.line} ${one.command}`, one])).values()];
  },
  judge(unpinned): Diagnosis | readonly Diagnosis[] {
    if (unpinned === undefined) return noProject;
    if (unpinned.length === 0) return { status: 'ok', found: 'nothing is taken beside the lock' };
    return unpinned.map(({ step, at, command, why, cure }) => ({
      status: 'warn',
      found: `\`${command}\` in step \`${step}\` ${why}`,
      cure,
      at,
    }));
  },
};

function unpinnedIn({ name, run, at }: Step, variables: readonly string[]): Unpinned[] {
  const script = withoutComments(run);
  const said = [script, ...variables].join('\n');
  return habits.flatMap(({ form, unless, why, cure }) => {
    const command = form.exec(script)?.[0].trim();
    if (command === undefined || unless?.test(said) === true) return [];
    return [{ step: name, at, command, why, cure }];
  });
}

function withoutComments(script: string): string {
  return script.replaceAll(/(^|\s)#.*$/gm, '$1');
}
