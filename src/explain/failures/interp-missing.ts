import type { FailureClass } from '../failure-class.ts';

export const interpMissing: FailureClass = {
  class: 'interp-missing',
  signs: [
    {
      says: /ENOENT: no such file or directory, posix_spawn '(?<program>\/[^']+)'/,
      unless: /\.sh'/,
      sure: 0.72,
    },
    {
      says: /Cannot run program '(?<program>\/[^']*\/(?:\.gradle|\.m2|node_modules|\.cache|\.konan|build-tools)\/[^']+)'.{0,40}error=2\b/,
      sure: 0.84,
    },
    {
      says: /specified the interpreter '(?<interpreter>\/lib\S*)', which is not an executable|exists and is executable\. Check the interpreter or linker|interpreter '?(?<interpreter2>\/lib\S*ld-\S+)'? (?:is )?(?:missing|was not found)/,
      sure: 0.92,
    },
    {
      says: /(?<program>\S*\/\S+): (?:No such file or directory|not found)$/,
      beside: /: ELF (?:32|64)-bit/,
      within: 3,
      unless: /error:|fatal|cannot |can't |\.[ch](?:pp)?:|=>|make/,
      sure: 0.93,
    },
    {
      says: /No such file or directory: '?\/lib(?:64)?\/ld-[\w.-]+|\[dumb-init\] (?<program>\S*\/\S+): No such file|stub-ld|NixOS cannot run dynamically linked/,
      sure: 0.84,
    },
    {
      says: /linux-sandbox-pid1\.cc:\d+: 'execvp\((?<program>[^,]+), \w+\)': No such file|process-wrapper\S*: 'execvp\((?<program2>[^,]+), \S+\)': No such file/,
      sure: 0.76,
    },
    {
      says: /^(?:\S+: )?(?:line \d+: )?\/lib(?:32|64)?\/ld-linux[\w.-]*: No such file or directory/,
      sure: 0.86,
    },
    { says: /Could not start dynamically linked executable/, sure: 0.93 },
    { says: /\] exec (?<program>\/\S+) failed: No such file or directory/, unless: /\.sh\b/, sure: 0.72 },
    {
      says: /^zsh: no such file or directory: (?<program>\.?\.?\/\S+)$/,
      beside: /interpreter \/lib|ELF (?:32|64)-bit|-rwxr?-?x?/,
      sure: 0.85,
    },
    {
      says: /Cannot run program '(?<program>[^']*\.exe)'.{0,200}error=2,/,
      unless: /retrying/,
      sure: 0.82,
    },
    { says: /starting container process caused:? '?no such file or directory/, sure: 0.72 },
    {
      says: /\bexec (?<program>\/?[\w./-]*\/[\w.+-]+): no such file or directory/,
      unless: /\.sh\b/,
      sure: 0.8,
    },
    { says: /exec user process caused:? '?no such file or directory/, sure: 0.75 },
    { says: /Could not open '\/(?:lib|lib64|usr)\/[^']*ld-linux[^']*': No such file/, sure: 0.95 },
    {
      says: /(?:qemu-\w+(?:-static)?: Could not open|failed to open elf at) '?\/[^' ]*\/ld-(?:linux|uClibc|2\.)/,
      sure: 0.95,
    },
    { says: /cannot execute: required file not found/, unless: /\.sh:/, sure: 0.82 },
    {
      says: /(?<program>\S*\/\S+): (?:No such file or directory|not found)/,
      beside: /interpreter \/lib|ELF (?:32|64)-bit|-rwxr?-?x?/,
      within: 10,
      unless:
        /error:|fatal|cannot (?:open|find|stat|access)|can't open|\.[ch](?:pp)?:|not found: |=>|\bmake(?:\[\d\])?: /,
      sure: 0.62,
    },
    {
      says: /line \d+: (?<program>\/\S*\/(?:\.cache|node_modules|\.nvm|\.sdkman|prebuilts?|toolchains?)\/\S*[\w-]): No such file or directory/,
      unless: /\.(?:sh|txt|json|conf|c|h|py|js)\b/,
      sure: 0.7,
    },
    {
      says: /^(?:\/bin\/)?(?:ba|da|a)?sh: (?:(?:line )?\d+: )?(?<program>\.?\.?\/\S*[\w-]): (?:not found|No such file or directory)$/,
      unless:
        /\.(?:sh|bash|py|pl|rb|js)\b|\.\/(?:gradlew|mvnw|configure|bootstrap|autogen|entrypoint|sbtw?|bin\/\w+): not found|sh: (?:(?:line )?\d+: )?\/(?:usr\/)?bin\/(?:bash|zsh|python[\d.]*|perl|env|node|npm|npx|make|git|curl|wget|tar|cmake|sudo|ssh|file|install|sed|awk|xz|unzip|java|ruby|php|which|gpg|rsync|jq):/,
      sure: 0.62,
    },
    { says: /(?:error|Error): spawn (?<program>\/\S+) ENOENT/, sure: 0.6 },
    {
      says: /\b(?:fork\/exec|OCI runtime exec failed|exec:) '?(?<program>\/[\w./-]+)'?: no such file or directory/,
      unless: /\.sh\b/,
      sure: 0.72,
    },
    {
      says: /(?:ELF )?interpreter '?(?<interpreter>\/\S*ld-(?:linux|musl)\S*)'? (?:not found|does not exist|is missing|could not be found)/,
      sure: 0.9,
    },
    { says: /bad ELF interpreter: No such file or directory/, unless: /ld-musl/, sure: 0.95 },
  ],
  cause:
    'the file {program|itself} is there; what is missing is the loader (ELF interpreter) that its header names: it is of another libc, or the root has none',
  cure: {
    any: 'take the build for this libc, link it statically (`CGO_ENABLED=0` for Go), or use a base image with the loader; `readelf -l FILE | grep interpreter` names it',
    alpine:
      'take the musl build, link it statically (`CGO_ENABLED=0` for Go), or use a glibc image; `readelf -l FILE | grep interpreter` names the loader',
  },
  candidates: [
    {
      class: 'glibc-binary-on-musl',
      decides: '`readelf -l FILE`: the interpreter is /lib64/ld-linux-… and the system is Alpine',
    },
    { class: 'crlf', decides: '`head -1 FILE | od -c`: a script whose first line ends in \\r' },
  ],
  references: [
    'https://github.com/golang/go/issues/59305',
    'https://gitlab.com/qemu-project/qemu/-/issues/1065',
  ],
  examples: [
    'exec /app/server: no such file or directory',
    "qemu-aarch64-static: Could not open '/lib/ld-linux-aarch64.so.1': No such file or directory",
    'standard_init_linux.go:228: exec user process caused: no such file or directory',
    'bash: ./tool: /lib/ld-linux.so.2: bad ELF interpreter: No such file or directory',
  ],
  lookAlikes: [
    'cat: /etc/app.conf: No such file or directory',
    "cp: cannot stat 'dist/app': No such file or directory",
    'src/main.c:1:10: fatal error: foo.h: No such file or directory',
  ],
};
