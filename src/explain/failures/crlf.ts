import type { FailureClass } from '../failure-class.ts';

export const crlf: FailureClass = {
  class: 'crlf',
  signs: [
    {
      says: /(?:\^M|\\r'?) ?: ?(?:Defekter Interpreter|mauvais interpréteur|坏的解释器|解释器错误|intérprete erróneo|interpretador incorreto|interprete errato|неправильный интерпретатор|(?:Befehl|Kommando) nicht gefunden|commande introuvable|未找到命令|orden no encontrada|no se encontró la orden|comando (?:não encontrado|non trovato)|команда не найдена|コマンドが見つかりません)/,
      sure: 0.96,
    },
    { says: /^'\S*: line \d+: '/, sure: 0.85 },
    { says: /unknown (?:command|option|argument|subcommand):? '\S+(?:\\r|\^M)'/, sure: 0.88 },
    {
      says: /(?:not find|not found|No such file|does not exist|invalid value|unknown instruction|illegal character|No rule to make target|Cannot find module|exec:|missing).{0,80}(?:\\r|\^M)(?:['. ]|$)/,
      unless: /\\r\\n|\\n\\r|expected|\/\S*\\r/,
      sure: 0.84,
    },
    {
      says: /(?:Cannot find module|exec:|unable to execute|can't open|cannot open|No such file).{0,4}'?\S+(?:\\r|\^M)'/,
      unless: /\\r\\n/,
      sure: 0.88,
    },
    { says: /unable to execute (?<program>\S+\.sh): No such file/, sure: 0.76 },
    { says: /\[FATAL tini \(\d+\)\] exec (?<program>\S+\.sh) failed: No such file/, sure: 0.76 },
    {
      says: /#!\/\S+: No such file or directory/,
      sure: 0.8,
      cause: 'before the `#!` of the script there is a mark of byte order, as editors of Windows write it',
      cure: 'save it as UTF-8 without a mark (`sed -i "1s/^\\xEF\\xBB\\xBF//" FILE`), with Unix line ends',
    },
    {
      says: /\(different line endings\)|malformed patch at line \d+: .{0,60}(?:\\r|\^M)|Stripping trailing CRs from patch/,
      beside: /FAILED|malformed|patch failed|does not apply/,
      within: 4,
      sure: 0.86,
    },
    { says: /^': No such file or directory|^: No such file or directory'?\w{0,12}$/, sure: 0.86 },
    {
      says: /sh: (?:(?:line )?\d+: )?(?<program>\.\/(?:gradlew|mvnw|configure|bootstrap|autogen|entrypoint|sbtw?|bin\/\w+|\w+\.(?:sh|bash))): not found/,
      sure: 0.7,
    },
    { says: /^: not found\S{0,30}: (?:line )?\d+: |sh: 0: Illegal option -$/, sure: 0.85 },
    { says: /env: can't execute '\w+$/, sure: 0.9 },
    { says: /^: not found(?:: |\/)\S+: line \d+: ?/, sure: 0.85 },
    {
      says: /: (?:invalid option name)(?:n?line \d+: )?(?:set: )?pipefail|^: invalid option|^: (?:command )?not found(?:$|h?: ?(?:line )?\d+: )/,
      sure: 0.85,
    },
    {
      says: /syntax error: unexpected end of file \(expecting '(?:then|do|done|fi)'\)/,
      beside: /\\r|\^M|CRLF|windows/,
      sure: 0.8,
    },
    { says: /(?:'|\/)(?<program>[\w./-]+)(?:\\r|\^M)'?: No such file or directory/, sure: 0.96 },
    { says: /(?:\$'|')?\\r'?: (?:command )?not found/, sure: 0.95 },
    { says: /\^M: bad interpreter|bad interpreter: .{0,40}\^M/, sure: 0.97 },
    {
      says: /\^M:? (?:command )?not found|\^M': (?:No such file|not a valid|command not found|is not)/,
      sure: 0.94,
    },
    {
      says: /(?:syntax error near unexpected token|invalid option name|unexpected token|illegal option|numeric argument required|not a valid identifier|invalid number|cannot open|can't open|Illegal option).{0,40}(?:\\r|\^M)/,
      sure: 0.92,
    },
    {
      says: /(?:\\r|\^M)'?: (?:invalid|ambiguous redirect|not a valid|No such file|unrecognized|unknown|syntax error|integer expression|command not found)/,
      sure: 0.9,
    },
    { says: /set: (?:line \d+: )?(?:Illegal option -|-: invalid option|illegal option -?)$/, sure: 0.8 },
    { says: /env: (?:use -\[v\]S to pass options in shebang lines)/, beside: /\\r|\^M/, sure: 0.9 },
    {
      says: /(?:syntax error: unexpected|unexpected) (?:word|end of file|'?(?:elif|fi|done|in)'?).{0,40}(?:\\r|\^M)/,
      sure: 0.9,
    },
    {
      says: /(?:CRLF|Windows(?:-style)?|DOS) line (?:endings?|ends|terminators|breaks)/,
      unless: /warning: |will be replaced|replaced by|dos2unix: converting/,
      sure: 0.75,
    },
    { says: /exec (?<program>\S+\.sh): no such file or directory/, sure: 0.72 },
    {
      says: /exec:? '(?<program>[^']+\.sh)': (?:stat \S+: )?no such file or directory|fork\/exec (?<program2>\S+\.sh): no such file or directory/,
      sure: 0.7,
    },
    {
      says: /(?<program>\S+\.sh: )?cannot execute: required file not found/,
      beside: /\.sh: cannot execute/,
      within: 0,
      sure: 0.7,
    },
  ],
  cause:
    "the script {program|} has Windows line ends: a carriage return is part of the interpreter's name or of a command",
  cure: 'have git give it Unix line ends: `*.sh text eol=lf` in .gitattributes, then `git add --renormalize .`; at once: `sed -i "s/\\r$//" FILE`',
  explains: ['tool-missing', 'interp-missing', 'exec-bit-missing'],
  candidates: [
    {
      class: 'interp-missing',
      decides: '`head -1 FILE | od -c`: without \\r, the interpreter that it names is not installed',
    },
  ],
  references: [
    'https://github.com/kartoza/docker-postgis/issues/106',
    'https://git-scm.com/docs/gitattributes',
  ],
  examples: [
    "/usr/bin/env: 'bash\\r': No such file or directory\nThe command '/bin/sh -c /setup.sh' returned a non-zero code: 127",
    "./build.sh: line 2: $'\\r': command not found",
    '/bin/bash^M: bad interpreter: No such file or directory',
    'exec /entrypoint.sh: no such file or directory',
  ],
  lookAlikes: [
    "warning: in the working copy of 'a.sh', LF will be replaced by CRLF the next time Git touches it",
    "/usr/bin/env: 'bash': No such file or directory",
  ],
};
