import type { FailureClass } from '../failure-class.ts';

export const packageVersionGone: FailureClass = {
  class: 'package-version-gone',
  signs: [
    {
      says: /Your bundle is locked to (?<package>\S+) \((?<version>[^)]+)\)/,
      beside: /that version (?:could not be|can no longer be)/,
      within: 3,
      sure: 0.88,
    },
    {
      says: /Your bundle is locked to (?<package>\S+) \((?<version>[^)]+)\).{0,60}but that version (?:could not be found|can no longer be found)|No package matches (?<package2>[\w-]+)\.(?<version2>\d[\w.~+-]*)\.?$|[Tt]here is no version (?<version3>\d\S*) of (?<package3>\S+)|no versions of '(?<package4>[^']+)' match the requirement/,
      sure: 0.9,
    },
    {
      says: /Version range '(?<version>[^']+)' from requirement '(?<package>[^']+)'.{0,120}could not be resolved|no version database entry for (?<package2>\S+) at (?<version2>\S+)/,
      sure: 0.93,
    },
    {
      says: /Package (?<package>\S+) has no version (?<version>\S+)|Package '(?<package4>[^']+)' Version '(?<version4>[^']+)' does not have REST xml available|no versions of (?<package2>\S+) match (?<version2>[^ ,]+)|requires (?<package3>[\w./-]+) .{1,60}, found .{1,200} but (?:it does|these do|they do) not match/,
      sure: 0.9,
    },
    {
      says: /Could not find (?:a valid )?gem '(?<package>[\w-]+)'? \((?:=|~>|<) ?(?<version>[\d.]+)/,
      without: /from versions|which is required by gem|in any of the sources/,
      sure: 0.89,
    },
    {
      says: /Could not find gem '(?<package>[^' ]+)/,
      beside: /The source contains the following/,
      within: 3,
      sure: 0.9,
    },
    {
      says: /Could not find constraint '(?<version>[^']+)' in the list of versions|Could not find version of '(?<package>[^']+)' that matches|(?<package2>[A-Z]\w+(?:::\w+)+) (?<version2>[\d.]+) which doesn't satisfy/,
      sure: 0.9,
    },
    {
      says: /Unable to find Node version '(?<version>[^']+)'|The version '(?<version2>[^']+)' with architecture '\w+' was not found|Version (?<version3>[\d.]+) with arch \w+ not found/,
      sure: 0.94,
      cause:
        'there is no build {version|{version2|{version3|}}} of the tool for this system and CPU among those that the setup action knows',
      cure: 'ask for a version of the list that it prints, or take an older runner image',
    },
    {
      says: /could not download nonexistent rust version '(?<version>[^']+)'|Version '(?<version2>[^']+)' not found - try 'nvm|(?:python|ruby|node)-build: definition not found: (?<version3>\S+)|No compatible versions? available/,
      sure: 0.93,
      cure: 'ask for a version that is there, or update the version manager: an old one does not know new versions',
    },
    {
      says: /nothing provides requested (?<package>[\w.-]+) [=<>~](?<version>\S+)|(?<package2>[\w.-]+) (?:=+ ?|[<>]=?)?(?<version2>\d[\w.*]*) (?:\S+ )?does not exist \(perhaps a typo|No candidates were found for (?<package3>[\w.-]+) (?:[=<>~]+ ?)?(?<version3>\d\S*)/,
      sure: 0.91,
    },
    {
      says: /Unable to find package (?<package>\S+) with version|(?<package2>[\w.-]+) \([^)]+\) which doesn't match any versions|that version (?:can|could) no longer be found in that source/,
      sure: 0.88,
    },
    { says: /Could not find (?<package>[\w.-]+)-(?<version>\d[\w.]*) in any of the sources/, sure: 0.76 },
    {
      // A package that `apk add --virtual` made up.
      says: /breaks: \S+-\d{8}\.\d{6}\[(?<package>[\w.+-]+)[=~<>]+(?<version>[^\]]+)\]/,
      sure: 0.92,
    },
    { says: /Version '(?<version>[^']+)' for '(?<package>[^']+)' was not found/, sure: 0.97 },
    {
      says: /(?<package>[\w.+-]+)-(?<version>\d[\w.]*-r\d+):.{0,40}$/,
      beside: /breaks: world\[/,
      within: 3,
      sure: 0.9,
    },
    { says: /breaks: world\[(?<package>[\w.+-]+)[=~<>]+(?<version>[^\]]+)\]/, sure: 0.93 },
    {
      says: /(?<package>[\w.+-]+)[=~](?<version>\d\S*) \(no such package\)|required by: world\[(?<package2>[\w.+-]+)[=~<>]+(?<version2>\d[^\]]*)\]/,
      sure: 0.85,
    },
    {
      says: /(?:No match for argument|Unable to find a match|No package): (?<package>[\w+.]+(?:-[a-zA-Z][\w+.]*)*)-(?<version>\d+[.:]\S*)/,
      sure: 0.88,
    },
    { says: /No package (?<package>\S+-\d+[.:]\S*) available/, sure: 0.86 },
    {
      says: /Could not find a version that satisfies the requirement (?<package>\S+).{0,20}\(from versions: [\d(]/,
      sure: 0.88,
      cure: "take a version of the list, or a newer pip and Python: versions that this Python can't use are left out of the list",
    },
    {
      says: /No matching distribution found for (?<package>[\w.-]+)(?:\[[^\]]*\])?[=<>~!]=?/,
      without: /\(from versions: none\)/,
      sure: 0.7,
    },
    {
      says: /Because there is no version of (?<package>\S+)|there are no versions of (?<package2>\S+)|only the following versions of (?<package3>\S+) (?:are|is) available|has no (?:wheels|versions) .{0,40}matching/,
      sure: 0.85,
    },
    {
      says: /failed to select a version for the requirement '(?<package>[^']+)'|candidate versions found which didn't match|version (?<version>\S+) (?:is|has been|was) yanked/,
      unless: /warning/,
      sure: 0.85,
    },
    {
      says: /(?:go: |module )\S+@(?<version>v\S+): (?:invalid version|unknown revision|reading .*404)|unknown revision (?<version2>\S+)/,
      sure: 0.82,
    },
    {
      says: /Couldn't find (?:any )?(?:version|release) .{0,60}of|the requested version .{1,60} (?:is not|was not|could not be) (?:available|found)|(?:version|release) (?<version>\S+) of (?:package )?(?<package>\S+) (?:was |is )?(?:not (?:found|available)|no longer available|gone)/,
      sure: 0.82,
    },
    {
      says: /package version (?<version>\S+) (?:not found|unavailable|does not exist)|pin(?:ned)? version .{0,60}(?:not found|no longer)/,
      sure: 0.82,
    },
  ],
  cause:
    'the version {version|that is asked for} of {package|the package} is not, or no longer, in the repository: distros keep only the newest build of each',
  cure: {
    any: 'ask for a version that is there (`apt-cache policy`, `apk policy`, `dnf --showduplicates list`), with a looser pin; for builds that can be repeated use a lock with kept packages or a snapshot of the repository',
    debian:
      '`apt-cache policy {package|NAME}` tells what is there; pin loosely (`NAME=1.2.*`), or use the snapshot service of Debian',
    alpine: '`apk policy {package|NAME}` tells what is there; pin loosely (`NAME~1.2`)',
  },
  references: [
    'https://wiki.debian.org/SnapshotDebianOrg',
    'https://gitlab.alpinelinux.org/alpine/abuild/-/issues/9996',
  ],
  examples: [
    "E: Version '7.88.1-10+deb12u4' for 'curl' was not found",
    'ERROR: unable to select packages:\n  nodejs-18.20.1-r0:\n    breaks: world[nodejs=18.18.2-r0]',
    'ERROR: Could not find a version that satisfies the requirement torch==1.7.1 (from versions: 1.8.0, 1.8.1, 2.0.0)',
  ],
  lookAlikes: [
    'E: Unable to locate package curll',
    'npm ERR! notarget No matching version found for left-pad@99.0.0',
  ],
};
