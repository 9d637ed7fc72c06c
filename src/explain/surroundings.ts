import type { DistroFamily } from './failure-class.ts';

/** What only a system of the family says. */
export const distroSigns: Readonly<Record<DistroFamily, RegExp>> = {
  alpine:
    /\balpine\b|\bapk (?:add|update|upgrade|--no-cache|fetch|del)\b|APKINDEX|linux-musl|ld-musl|\bwolfi\b|musl-dev|\(\d+\/\d+\) (?:Installing|Upgrading|Purging) /,
  debian:
    /\bapt-get\b|\bapt install\b|\bdpkg\b|\bdebian\b|\bubuntu\b|(?:x86_64|aarch64|arm|i386|riscv64)-linux-gnu|Reading package lists|\bInRelease\b|^E: /,
  fedora:
    /\b(?:micro)?dnf (?:install|update|-y)|\byum (?:install|update|-y)|\bcentos\b|\bfedora\b|rockylinux|almalinux|\.el\d+[._]|\.fc\d+|redhat-linux|repomd\.xml|No match for argument/,
};

/** What comes at the end of work that went well. */
export const endsWell: readonly RegExp[] = [
  /\bSuccessfully (?:installed|built|tagged|finished|published|created)\b/,
  /\bBUILD (?:SUCCESSFUL|SUCCESS|SUCCEEDED|COMPLETED?)\b/,
  /\b(?:build|compile[ds]?|job) (?:succeeded|completed|complete|finished|successful(?:ly)?)\b/,
  /\bFinished (?:.{1,20}(?:profile|target))/,
  /\b(?:naming to|writing image sha256|exporting manifest) .{3,}/,
  /\badded \d+ packages?\b/,
  /^OK: [\d.]+ [KMG]iB in \d+ packages/,
  /^Complete!$/,
  /^Fetched [\d.,]+ [kMG]?B in /,
  /\b\d+ passed\b/,
  /^All (?:\d+ )?tests (?:have )?passed\b|^I: Base system installed successfully/,
  /\btest result: ok\b/,
  /\[100%\] (?:Built|Linking) /,
  /\bInstalled \d+ packages? in\b/,
  /^Processing triggers for /,
  /\b0 (?:errors?|failed|failures?)\b/,
  // The last line of curl's display.
  /^100 +[\d.]+[kMG]? +100 +[\d.]+[kMG]? +0 +0 /,
  /^runs on\b|\bpromise .{1,40} kept\b/,
  /^Done in [\d.]+ ?m?s\b|' saved \[\d+(?:\/\d+)?\]$|^ok [ \t]+\S+\s+[\d.]+s$/,
];

/** What is said of a whole build that went well: what was met on the way did not keep it from that. */
export const wentWell: readonly RegExp[] = [
  /\bBUILD (?:SUCCESSFUL|SUCCESS|SUCCEEDED)\b/,
  /\bbuild (?:succeeded|(?:completed|finished) successfully)\b/,
];

/** What repeats that something failed, and never says why. */
export const failed: readonly RegExp[] = [
  /\*\*\* (?:\[.+\] )?Error \d/,
  /\bexit(?:ed)?(?: with)?(?: (?:code|status))?:? [1-9]\d{0,2}\b/,
  /\breturned a non-zero code\b/,
  /\bfailed to solve\b/,
  /^npm (?:ERR!|error)/,
  /^(?:error|fatal|fatal error)(?:\[E\d+\])?:/,
  /^ERROR\b/,
  /^E: /,
  /\bcollect2: error\b|\bld returned [1-9]\b/,
  /\b(?:build|make|compilation|installation|configure|job|step) failed\b/,
  /\bFAILED\b:?/,
  /\bconfiguring incomplete, errors occurred\b/i,
  /\bcould not compile\b/,
  /\bgyp ERR! (?:not ok|build error|configure error)/,
  /^\[\d+\/\d+\].{1,80} (?:failed|canceled)/,
];

/** What announces another try: what was said just before only counts where work didn't go well in the end. */
export const triesAgain =
  /\btries remaining\b|\bRetrying\b|\bwill retry\b|\bretries left\b|\btrying again\b|\bretry(?:ing)? in \d|\btry again in \d|\battempt \d+ (?:of|\/) ?\d+|^W: Failed to fetch |\bThey have been ignored, or old ones used instead/;

/** What apt says before the message of a try that is not the last one. */
export const isIgnored = /^Ign:\d+ /;

/** Begins what a program of tests tells of one that failed: what that one met is not what keeps the build from working. */
export const testReport =
  /^---- .+ stdout ----|^=== RUN |^\s*--- FAIL: |^\s*\d+ failing$|^\s*FAIL +\S+\.(?:test|spec)\.|^(?:FAIL|ERROR): \w+ \(.+\)|==== FAILURES ====|_____ \S*test.* _____|Test +#\d+: .*\*\*\*|^\[ RUN      \]|^not ok \d+|^ *\d+\) test .+ \([\w.]+\)$|^Failures:$|^There (?:was|were) \d+ (?:failure|error)s?:$|^ *\d+\) (?:Failure|Error):$|^# +Failed test |\bTest Failed at \S+:\d+$/;

/** Ends it. */
export const testReportEnd =
  /^test result: |^FAIL\t|^ok  \t|^--- (?:PASS|SKIP)|^Ran \d+ tests?\b|short test summary|tests passed, |^\[       OK \]|^\s*Tests: |^Finished in \d|^\d+ (?:tests?|examples?|runs?), \d/;

/** What pages that teach say around the words of a failure. */
export const teaches =
  /\bStarting with \w{2,20} \d+\.[\d.]*, |^\s*# .{0,60}\b(?:hack to|work ?around for|the following error)\b|^\s*\*\*(?:Solution|Cause|Symptom|Workaround|Fix)s?:?\*\*/;
