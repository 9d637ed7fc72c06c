/** `proof:` of the file: which artifacts run where, with what. */
import type { Findings } from './findings.ts';
import type { ProofRule } from './project.ts';
import { releaseIds } from './proof-environment.ts';
import { resolveSelection, type Selectable } from './resolve-selection.ts';
import type { FileContent } from './schema.ts';

type WrittenProof = NonNullable<FileContent['proof']>[number];

export function resolveProof(
  written: readonly WrittenProof[],
  names: Selectable,
  findings: Findings,
): readonly ProofRule[] {
  return written.map((rule, index) => {
    const path = ['proof', index];
    const places = rule.in.map((name, place) => ({
      name,
      at: findings.document.at([...path, 'in', place]),
    }));
    const known = [...names.environments, ...releaseIds()];
    for (const [place, { name }] of places.entries()) {
      const inside = [...path, 'in', place];
      if (!known.includes(name))
        findings.unknown('config-name-unknown', 'environment or release', name, known, inside);
    }
    const selection = (key: 'only' | 'except') =>
      rule[key] && resolveSelection(rule[key], [...path, key], names, findings);
    return {
      only: selection('only'),
      except: selection('except'),
      in: places,
      run: rule.run,
      at: findings.document.at(path),
    };
  });
}
