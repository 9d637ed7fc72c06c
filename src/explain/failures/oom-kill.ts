import type { FailureClass } from '../failure-class.ts';

export const oomKill: FailureClass = {
  class: 'oom-kill',
  signs: [
    {
      says: /\((?:[Pp]rogramm?|programme|programa|программа|程序) (?<program>cc1\w*|ld|lto1|as|collect2|rustc|f951)\)/,
      beside:
        /(?:Killed|Getötet|Processus arrêté|Tué|Terminado \(killed\)|Matado|Ucciso|Morto|Убито|已杀死|已砍掉|強制終了|Zabity|Unicestwiony|Gedood|Dödad)(?:: 9)? \(/,
      within: 0,
      sure: 0.92,
    },
    {
      says: /fatal error: (?:Killed|Getötet|Processus arrêté|Tué|Terminado \(killed\)|Matado|Ucciso|Morto|Убито|已杀死|已砍掉|強制終了|Zabity|Unicestwiony|Gedood|Dödad) signal terminated program (?<program>\w+)|\*\*\* \[.+\] (?:Killed|Getötet|Processus arrêté|Tué|Terminado \(killed\)|Matado|Ucciso|Morto|Убито|已杀死|已砍掉|強制終了|Zabity|Unicestwiony|Gedood|Dödad)$|: (?:Zeile|ligne|línea|riga|linha|строка|行) \d+: +\d+ (?:Killed|Getötet|Processus arrêté|Tué|Terminado \(killed\)|Matado|Ucciso|Morto|Убито|已杀死|已砍掉|強制終了|Zabity|Unicestwiony|Gedood|Dödad)(?: .*)?$/,
      sure: 0.92,
    },
    { says: /^(?:Getötet|Processus arrêté|Terminado \(killed\)|Ucciso|Убито|已杀死|強制終了)$/, sure: 0.86 },
    { says: /\[ *pid *\] +uid +tgid +total_vm +rss\b/, sure: 0.9 },
    { says: /[\])] ?Killed$/, unless: /mutant|test/, sure: 0.84 },
    { says: /unexpected signal code 9\b|\bExitFailure \(-9\)/, sure: 0.88 },
    {
      says: /unable to execute command: Killed|command got signal KILL|Command \[\d+\] got signal KILL/,
      sure: 0.93,
    },
    { says: /failed due to signal 9\b|ProcessSignaled\(9\)|WSIGNALED 9\b/, sure: 0.92 },
    { says: /exited with code '137'|exit-code +137\b|exit (?:code|status):? -9\b/, sure: 0.9 },
    {
      says: /runner: .{1,60} lost communication with the server|starves it for CPU\/Memory/,
      sure: 0.66,
    },
    {
      says: /\bExited \(137\)|Out of memory: Kill process \d+|THIS MAY INDICATE OUT OF MEMORY|non-zero status: 137\b/,
      sure: 0.9,
    },
    { says: /(?<program>[\w.+-]+)'? died (?:of|due to) signal 9\b/, sure: 0.88 },
    {
      says: /exited with signal: 9\b|runner lost communication with the server|unexpectedly terminated\. This could be caused by .{0,80}excessive memory usage/,
      sure: 0.68,
    },
    { says: /^npm (?:ERR!|error) errno 137\b/, sure: 0.88 },
    {
      says: /Server terminated abruptly \(error code: 14, error message: '(?:Socket closed|Connection reset)/,
      sure: 0.8,
    },
    {
      says: /message received from the daemon indicates that the daemon has disappeared|(?:exit|return) (?:value|code|status)(?: of| was|:| =)? ?137\b|\brc=137\b/,
      sure: 0.8,
    },
    {
      says: /npm (?:ERR!|error) code 137\b|Command failed with exit code 137\b|ELIFECYCLE.{0,40}exit code 137\b/,
      sure: 0.88,
    },
    {
      says: /Gradle build daemon disappeared unexpectedly|The (?:Gradle|Kotlin) daemon .{0,40}(?:killed|disappeared)/,
      sure: 0.78,
    },
    { says: /signal: killed\b/, unless: /timeout|deadline/, sure: 0.9 },
    {
      says: /\bKilled signal terminated program (?<program>\w+)|Signal Getötet beendete Programm (?<program2>\w+)|编译器内部错误.{0,8}已杀死/,
      sure: 0.96,
    },
    { says: /internal compiler error: Killed \(program (?<program>\w+)\)/, sure: 0.96 },
    { says: /signal: 9,? ?\(?SIGKILL/, sure: 0.93 },
    {
      says: /\bOut of memory: Killed process|oom-kill:|oom_reaper|invoked oom-killer|Memory cgroup out of memory|OOMKilled|\boom[- ]killed\b|OOM killer/,
      sure: 0.95,
    },
    {
      says: /(?:exit(?:ed with)?(?: (?:code|status))?(?: is|:)?|returned|status|non-zero code:) (?:code )?137\b/,
      unless: /#\d+ .*cached/,
      sure: 0.85,
    },
    {
      says: /(?:terminated by|received|killed by|failed with|exited (?:with|due to)) (?:signal )?(?:9\b|SIGKILL|signal 9)/,
      without: /\bt?g?kill\(.*SIGKILL\)/,
      sure: 0.85,
    },
    {
      says: /\bSIGKILL\b/,
      unless: /sending|send|timeout|timed out|trap|graceful|after \d+ ?s|cancel/,
      without: /\bt?g?kill\(.*SIGKILL\)/,
      sure: 0.75,
    },
    {
      says: /^(?:\S+: )?(?:line \d+: +)?\s*(?:\d+ )?Killed(?: {2,}\S.*)?$/,
      unless: /signal/,
      without: /\bt?g?kill\(.*SIGKILL\)/,
      sure: 0.85,
    },
    {
      says: /(?:sh|bash|make|ninja|npm|ld|cc1plus|clang\S*|rustc|node|cargo|webpack|tsc)\S*: .{0,40}\bKilled\b/,
      sure: 0.88,
    },
    {
      // Written behind a display of progress that had no end of line yet.
      says: /(?:\d%.*[^\s:]|eta \d+:\d\d:\d\d|\.{3} ?)Killed$/,
      unless: /mutant|test/,
      sure: 0.82,
    },
    { says: /\*\*\* \[.+\] Killed/, sure: 0.92 },
    {
      says: /LLVM ERROR: .{0,40}Killed|collect2: fatal error: ld terminated with signal 9|ld terminated with signal 9 \[Killed\]/,
      sure: 0.96,
    },
    {
      says: /(?:child|worker|process|daemon|compiler|job|command).{0,60}(?:was |got |been )?killed(?: by the (?:kernel|OS|operating system|OOM))?.{0,60}(?:memory|oom)/,
      sure: 0.88,
    },
    {
      says: /The build failed because the process exited too early.{0,80}(?:out of memory|kill -9)|ran out of memory and was killed/,
      sure: 0.93,
    },
    { says: /(?:Gradle|Kotlin|compile) daemon disappeared unexpectedly/, sure: 0.72 },
  ],
  cause:
    'the kernel killed {program|a process} because memory ran out: that of the machine, or of the container or virtual machine that builds',
  cure: 'fewer jobs at once (`make -j2`, `CARGO_BUILD_JOBS=1`, `CMAKE_BUILD_PARALLEL_LEVEL=2`), less at a time (no fat LTO, fewer debug symbols), or more memory for the builder',
  asks: ['memory'],
  explains: ['memory-limit', 'qemu-crash'],
  references: [
    'https://github.com/triton-inference-server/dali_backend/issues/84',
    'https://github.com/naim94a/lumen/issues/28',
  ],
  examples: [
    '#8 245.6 g++: fatal error: Killed signal terminated program cc1plus\n#8 245.6 compilation terminated.',
    "error: could not compile `lumen`\nCaused by:\n  process didn't exit successfully: `rustc --crate-name lumen ... -C lto=fat` (signal: 9, SIGKILL: kill)",
    'collect2: fatal error: ld terminated with signal 9 [Killed]',
  ],
  lookAlikes: [
    'Killed 3 mutants of 10; mutation score 30 %\nFAIL: threshold 80',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    'sending SIGKILL after 10s timeout',
  ],
};
