import { formatOf } from '../abi/root-kind.ts';
import { releaseBase, releaseEnvironment } from '../config/proof-environment.ts';
import type { Environment, ProofRule } from '../config/project.ts';
import { isFor } from '../config/select.ts';
import { commandFor, type Command } from './command.ts';
import { packagesFor } from './needs.ts';
import type { Provable } from './provable.ts';

/** One artifact in one environment. */
export interface ProofCase {
  readonly artifact: Provable;
  /** As the user named it: `debian-12`. */
  readonly place: string;
  readonly environment: Environment;
  /** Of the file; else one that was made for the proof. */
  readonly declared: boolean;
  readonly command: Command;
}

/** Every artifact in every place that a rule names for it, each once for each command. */
export function proofCases(
  artifacts: readonly Provable[],
  rules: readonly ProofRule[],
  environments: ReadonlyMap<string, Environment>,
): readonly ProofCase[] {
  const cases = artifacts.flatMap((artifact) =>
    rules
      .filter((rule) => artifact.target === undefined || isFor(rule, artifact.target))
      .flatMap((rule) =>
        rule.in.map(({ name, at }): ProofCase => {
          const command = commandFor(artifact, rule.run);
          const own = environments.get(name);
          if (own !== undefined) {
            return { artifact, place: name, environment: own, declared: true, command };
          }
          const base = releaseBase(name)!;
          const packages = packagesFor(artifact, formatOf(base)!);
          const environment = releaseEnvironment(name, base, { packages, at });
          return { artifact, place: name, environment, declared: false, command };
        }),
      ),
  );
  return [...new Map(cases.map((one) => [caseName(one), one])).values()];
}

function caseName({ artifact, place, command }: ProofCase): string {
  return [artifact.name, place, command.script].join('\0');
}
