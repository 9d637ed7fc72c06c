import type { FailureClass } from '../failure-class.ts';

export const packageConflict: FailureClass = {
  class: 'package-conflict',
  signs: [
    {
      says: /\bDepends: +(?<package>\S+) .{0,60}but .{1,60} (?:is to be installed|is not (?:going to be installed|installable))/,
      sure: 0.86,
    },
    {
      says: /breaks: (?<package>[\w.+-]+-r\d+)\[|requirements are unsatisfiable|(?:depends on|requires) .{1,80} (?:is|are) incompatible/,
      unless: /world\[|version of (?:node|rustc|go)/,
      without: /was not found in the|there is no version of|there are no versions of|\(no such package\)/,
      sure: 0.8,
    },
    { says: /The following packages have unmet dependencies/, sure: 0.85 },
    { says: /you have held broken packages|Unable to correct problems/, sure: 0.85 },
    {
      says: /(?:conflicting requests|package .+ conflicts with .+ provided by|conflicts: \S+-r\d+)/,
      without: /nothing provides/,
      sure: 0.8,
    },
    {
      says: /ResolutionImpossible|No solution found when resolving dependencies/,
      without: /was not found in the|there is no version of|there are no versions of/,
      sure: 0.78,
    },
  ],
  cause:
    "the packages that are asked for can't be installed together: one needs a version of another that can't be had here, often because two releases or repositories are mixed",
  cure: 'remove what is of another release from the sources and pins; the lines below the message name the pair',
  explains: ['tool-missing'],
  references: ['https://wiki.debian.org/DontBreakDebian'],
  examples: [
    'The following packages have unmet dependencies:\n libc6-dev : Depends: libc6 (= 2.31-13+deb11u5) but 2.31-13+deb11u6 is to be installed\nE: Unable to correct problems, you have held broken packages.',
    'ERROR: ResolutionImpossible: for help visit the documentation',
  ],
  lookAlikes: ['E: Unable to locate package foo'],
};
