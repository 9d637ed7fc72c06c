import type { FailureClass } from '../failure-class.ts';

export const linkerMissing: FailureClass = {
  class: 'linker-missing',
  signs: [
    {
      says: /^make(?:\[\d+\])?: (?<program>gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld) ?(?::|：) ?(?:(?:Kommando|Befehl) nicht gefunden|commande introuvable|命令未找到|未找到命令|No existe el (?:archivo|fichero)|没有那个文件|Datei oder Verzeichnis nicht gefunden|Aucun fichier ou dossier|Нет такого файла|команда не найдена|Comando não encontrado)/,
      sure: 0.94,
    },
    {
      says: /The program '?(?<program>gcc|g\+\+|cc|clang|ld)'? (?:version \S+ )?is required but it could not be found|\b(?<program2>gcc|cc|clang): (?:startProcess|createProcess|rawSystem|posix_spawnp?|readCreateProcess\S*): .{0,60}does not exist|'create_process', '(?<program3>gcc|cc|clang)'|Cannot run compiler '(?<program4>\S*(?:g\+\+|gcc|cc|clang|clang\+\+))'|Could not find the program \['(?<program5>gcc|g\+\+|cc|clang|clang\+\+)'/,
      sure: 0.9,
    },
    {
      says: /[Nn]o (?:supported |suitable |usable |working )?(?:C |C\+\+ )?compiler (?:found|detected)|(?:[Uu]nable to|[Cc]annot|[Cc]ould not) find a (?:suitable |working |usable |supported )?(?:C |C\+\+ )?compiler\b|command '(?<program>\S*(?:gcc|g\+\+|cc|clang|clang\+\+))' failed with exit (?:code|status) 127\b|\blink(?:er)? (?:exited with status|command failed with exit code) 127\b|exit status 127: cc\b/,
      unless: /checking|fortran|Fortran|Not trying|warning/,
      sure: 0.88,
    },
    {
      says: /could not find (?:CLI )?tool:? '(?<program>(?:[\w.]+-)*(?:gcc|g\+\+|cc|clang|clang\+\+|ld))'|No linker found/,
      sure: 0.9,
    },
    {
      says: /could not find a compiler, looked for|(?:Failed|Unable) to find (?:a )?C(?:\+\+)? compiler/,
      sure: 0.93,
    },
    {
      says: /(?:fatal )?error: cannot find '(?<program>mold|lld|gold|bfd|ld\S*)'$|Platform linker not found|native-compiler executable '(?<program2>[^']+)' not found|link-editor '(?<program3>[^']+)' not found|Error running '(?<program4>cc|gcc|clang|ld)': No such file/,
      sure: 0.94,
    },
    {
      says: /execution of an external compiler program '(?<program>\S+) .*failed with exit code: 127/,
      sure: 0.9,
    },
    {
      says: /FileNotFoundError: .{0,40}'(?<program>(?:[\w.]+-)*(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld))'/,
      sure: 0.93,
    },
    { says: /Unsupported compiler -- at least C\+\+\d+ support is needed/, sure: 0.62 },
    {
      says: /could not execute: (?<program>gcc|clang|cc)\b|cannot find C(?:\+\+)? compiler|Platform linker \('(?<program2>[\w+-]+)'.{0,30} not found in PATH|Cannot find gcc or CC\b/,
      sure: 0.93,
    },
    {
      says: /(?:no such file or directory|command not found): '?(?<program>(?:[\w.]+-)*(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld))'?$/,
      sure: 0.9,
    },
    {
      says: /Could not find compiler (?:set in environment variable|specified (?:in|by)|'(?<program>[^']+)' in PATH)/,
      sure: 0.92,
    },
    {
      says: /You have to install development tools first|compiler failed to generate an executable file/,
      sure: 0.86,
    },
    {
      says: /checking (?:if|whether) the C(?:\+\+)? compiler (?:accepts|works)\b.*extconf\.rb failed/,
      sure: 0.8,
    },
    {
      says: /failed to execute (?:command )?\[?'(?<program>(?:[\w.]+-)*(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+))'.*No such file or directory/,
      sure: 0.92,
    },
    { says: /linker '(?<program>[^']+)' not found/, sure: 0.96 },
    {
      says: /(?:fatal )?error: cannot find 'ld(?:\.\w+)?'|cannot execute '(?:as|ld|collect2)': execvp/,
      sure: 0.95,
    },
    { says: /invalid linker name in (?:argument )?'(?<program>-fuse-ld=[^']+)'/, sure: 0.92 },
    { says: /unable to execute command: Executable '(?<program>[^']*ld[^']*)' doesn't exist/, sure: 0.93 },
    {
      says: /no acceptable (?:C|C\+\+|cc|ld)\b.{0,20}(?:compiler )?(?:found|could be found)|No acceptable C compiler/,
      sure: 0.94,
    },
    {
      says: /No CMAKE_(?:C|CXX)_COMPILER could be found|CMAKE_(?:C|CXX)_COMPILER(?:-NOTFOUND| not set)|The CMAKE_(?:C|CXX)_COMPILER:?/,
      sure: 0.92,
    },
    {
      says: /error: command '(?<program>(?:[\w.-]*-)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(?:-\d+)?)' failed: No such file or directory|unable to execute '(?<program2>[^']*(?:gcc|g\+\+|cc|clang))': No such file/,
      sure: 0.94,
    },
    {
      says: /(?:^|[\s:'/])(?<program>(?:[\w.]+-)*(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld|ld\.lld|ld\.gold|musl-gcc)(?:-\d+)?)'?: (?:command not found|not found|No such file or directory|executable file not found)/,
      unless: /not found \(required|=> not found|library|\.so/,
      sure: 0.9,
    },
    {
      says: /exec: '(?<program>(?:[\w.]+-)*(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld))': executable file not found in/,
      sure: 0.95,
    },
    {
      says: /(?:Failed to find tool\. Is|failed to find tool) '(?<program>[^']*(?:gcc|g\+\+|cc|clang|c\+\+|ar|ld)[^']*)'/,
      sure: 0.92,
    },
    {
      says: /(?:C|C\+\+) compiler(?: \S+)? (?:was |is )?(?:not found|could not be found|is not (?:installed|available)|is missing)|(?:No|no|Unknown|unable to find(?: a)?|couldn't find(?: a)?|Could not find(?: a)?) (?:working |suitable |usable |native |host )?(?:C|C\+\+)(?: or C\+\+)? compiler|Unknown compiler\(s\)|CCNotFound|UnableToSpawnLinker|LinkerNotFound/,
      unless: /checking|\[\['(?:gfortran|nvcc|swiftc|dmd|ldc2|rustc)'/,
      sure: 0.88,
    },
    {
      says: /error: linking with '(?<program>[^']+)' failed: .{0,40}(?:No such file|not found)|error trying to exec '(?<program2>(?:ld|as|collect2|real-ld|\S*ld))': execvp: No such file/,
      sure: 0.92,
    },
    { says: /xcrun: error: invalid active developer path/, sure: 0.7 },
  ],
  cause: 'there is no compiler or linker {program|(`cc`, `ld`)} to build with',
  cure: {
    any: 'install one: `apt-get install build-essential`, `apk add build-base`, `dnf install gcc gcc-c++ make`; for another CPU its cross compiler (`gcc-aarch64-linux-gnu`, for C++ `g++-aarch64-linux-gnu`) and the name in CARGO_TARGET_…_LINKER or CC',
    debian:
      '`apt-get install build-essential`; for another CPU its cross compiler (`gcc-aarch64-linux-gnu`, for C++ `g++-aarch64-linux-gnu`), named by CARGO_TARGET_…_LINKER or CC',
    alpine: '`apk add build-base`',
    fedora: '`dnf install gcc gcc-c++ make`',
  },
  explains: ['tool-missing', 'dev-package-missing'],
  references: ['https://github.com/wasmerio/wasmer/issues/6643'],
  examples: [
    'error: linker `cc` not found\ncould not compile `proc-macro2` (build script)',
    'configure: error: no acceptable C compiler found in $PATH',
    'cgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH',
    "error: command 'gcc' failed: No such file or directory",
    'make: gcc: No such file or directory',
  ],
  lookAlikes: ['/bin/sh: 1: cmake: not found', 'collect2: error: ld returned 1 exit status'],
};
