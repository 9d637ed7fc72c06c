/** What configurations and linkers say of a compiler or linker that is older than what is asked for. */
import type { Sign } from '../failure-class.ts';

const standard = 'C(?:\\+\\+)?(?:11|14|17|20|23|26|1[xyz]|2[abcx])';

export const signsOfOldCompilers: readonly Sign[] = [
  {
    says: new RegExp(
      `(?:\\b(?:needs?|requires?|lacks?|(?:has|have) no|no|without|(?:does not|doesn't|must|not|fully) support)) (?:(?:at least|an?|any|full|complete|support|for|compiler|with|that|supports|ISO) )*(?<need>${standard})\\b|\\b(?<need2>${standard})(?:[- ](?:capable|compliant|compatible|conforming|enabled))?(?: (?:compiler|support|features?))* (?:is |are )?(?:required|needed|not (?:found|available|supported))`,
    ),
    beside: /CMake Error|configure: error:|#error|meson\.build:\d+:\d+: ERROR/,
    within: 3,
    unless: /warning|checking|^-- |optional|static assertion|#error C\+\+ versions/,
    sure: 0.84,
    cause:
      'the compiler is older than the language standard that the project asks for: {need|{need2|a newer one}}',
    cure: 'use a newer compiler (a newer release, gcc-toolset, backports); if it knows the standard, ask for it (`-std=`, CMAKE_CXX_STANDARD)',
  },
  {
    says: /(?<tool>GCC|gcc|g\+\+|[Cc]lang|GNU|LLVM|compiler)(?: compiler)? version (?:must be|should be|needs to be|has to be) (?:at least|>=?|greater|newer|higher)|Insufficient (?<tool2>gcc|GCC|[Cc]lang|compiler|GNU) version/,
    beside: /CMake Error|configure: error:|#error|meson\.build:\d+:\d+: ERROR/,
    within: 3,
    sure: 0.86,
  },
  {
    says: /unknown type \[0x\w+\] section '|unable to initialize decompress status for section|unrecogni[sz]ed relocation (?:type )?\(?0x[\da-f]+|unsupported relocation type (?:0x)?[\da-f]+|unknown relocation \(\d+\) against/,
    unless: /^Error relocating /,
    sure: 0.9,
    cause: 'the linker (binutils) is older than what wrote the object files or libraries',
    cure: 'take newer binutils, or objects that were made on this release',
  },
];
