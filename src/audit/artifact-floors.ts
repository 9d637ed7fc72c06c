import { compareDotted } from '../abi/dotted.ts';
import { versionFamilies } from './floor.ts';
import { floorHint } from './promise-check.ts';
import type { ArtifactAudit, ElfAudit, Family } from './report.ts';

/** The highest need of a version family within one artifact, and what to do about it. */
export interface Floor {
  readonly family: Family;
  readonly version: string;
  readonly elf: ElfAudit;
  readonly hint: string | undefined;
}

export function floorsOfArtifact({ elfs }: ArtifactAudit): Floor[] {
  return versionFamilies.flatMap((family) => {
    const needing = elfs.filter(({ floor }) => floor[family] !== undefined);
    if (needing.length === 0) return [];
    const elf = needing.reduce((a, b) => (compareDotted(a.floor[family]!, b.floor[family]!) >= 0 ? a : b));
    return [{ family, version: elf.floor[family]!, elf, hint: floorHint(elf, family) }];
  });
}
