import type { FailureClass } from '../failure-class.ts';

export const wrongArchBinary: FailureClass = {
  class: 'wrong-arch-binary',
  signs: [
    {
      says: /found architecture '(?<has>\w+)', required architecture '(?<need>\w+)'|which is not the architecture being linked|cputype \(\d+\) does not match previous archive members|building for \S+, but linking in (?:object|dylib|archive)/,
      sure: 0.88,
    },
    { says: /ELF file data encoding not (?:big|little)-endian|is not a valid Win32 application/, sure: 0.88 },
    {
      says: /BadImageFormatException|attempting to link with file built for/,
      sure: 0.84,
    },
    {
      says: /(?<program>[\w./+-]+) ?: (?:[^:]{3,80}: ?)?(?:Fehler im Format der Programmdatei|Erreur de format pour exec\(\)|Formato de ejecutable incorrecto|可执行文件格式错误|Ошибка формата выполняемого файла|実行形式エラー)/,
      unless: /bin\/\w*sh ?: /,
      sure: 0.82,
    },
    { says: /^zsh: exec format error: (?<program>\S+)/, sure: 0.9 },
    { says: /Bad CPU type in executable/, sure: 0.93 },
    { says: /: (?:line )?1: .*(?:Syntax error: word unexpected \(expecting '\)'\))/, sure: 0.74 },
    {
      says: /has unexpected e_machine: \d+|e_machine is \d+, expected \d+|cannot open shared object file: wrong ELF class/,
      sure: 0.92,
    },
    { says: /Possible cause: can't load (?<has>.{2,20}) \.so on a (?<need>.{2,20}) platform/, sure: 0.94 },
    {
      says: /skipping incompatible (?<program>\S+) when searching for -l/,
      unless: /lib(?:c|gcc|gcc_s|m|pthread|dl)\.(?:so|a)|\/(?:usr\/)?lib(?:32|64)?\/lib\w+\.(?:so|a) /,
      beside: /cannot find -l/,
      within: 4,
      sure: 0.86,
    },
    {
      says: /(?<program>\S+): (?:incompatible file type|not compatible with \S+ output|file is empty or unsupported machine)|: (?:\S+ )?is expected but got \S+/,
      sure: 0.88,
    },
    { says: /spawn Unknown system error -8/, sure: 0.85 },
    { says: /(?:(?<program>\S*\/\S+): )?cannot execute binary file/, sure: 0.9 },
    {
      says: /Exec format error: '(?<program>[^']+)'|\[Errno 8\] Exec format error(?:: '(?<program2>[^']+)')?/,
      sure: 0.85,
    },
    { says: /fork\/exec (?<program>\S+): exec format error/, unless: /\/bin\/(?:ba)?sh/, sure: 0.82 },
    { says: /wrong ELF class:? ELFCLASS\d\d/, sure: 0.9 },
    {
      says: /(?<program>\S+\.(?:node|so[\d.]*|dylib)): (?:invalid ELF header|cannot open shared object file: Exec format error)/,
      unless: /libc\.so/,
      sure: 0.85,
    },
    { says: /invalid ELF header/, unless: /libc\.so/, sure: 0.7 },
    { says: /Error loading shared library (?<program>\S+): Exec format error/, sure: 0.9 },
    {
      says: /(?:incompatible architecture|mach-o(?: file)?, but (?:is an incompatible|wrong) architecture|have 'arm64', need 'x86_64|have 'x86_64', need 'arm64)/,
      sure: 0.9,
    },
    {
      says: /file (?:in|has) wrong (?:file )?format|file format not recognized/,
      unless: /\.(?:sh|txt|json)\b/,
      sure: 0.78,
    },
    {
      says: /is incompatible with (?:elf\w+|armelf\w*|aarch64\w*|\w+-elf\w*|i386:x86-64)|architecture of input file .+ is incompatible with \S+ output/,
      sure: 0.88,
    },
    {
      says: /(?<object>\S+): Relocations in generic ELF \(EM: (?<machine>\d+)\)/,
      sure: 0.88,
      cause:
        'the linker of one CPU was given {object}, an object for another: its machine number {machine} (3 is x86, 40 arm, 62 x64, 183 arm64, 243 riscv64) is none that this linker knows',
      cure: 'link with the linker and the libraries of the CPU that the objects are for (`aarch64-linux-gnu-gcc` for 183; in Cargo `linker = …` of the target), or compile the objects for this one; objects and archives of an earlier build for the other CPU must go (`make clean`)',
    },
    {
      says: /unknown architecture of input file|\b(?:objcopy|strip|objdump|ranlib): Unable to recogni[sz]e the format of the input file/,
      sure: 0.85,
    },
    {
      says: /unrecogni[sz]ed command[- ]line option '(?<option>-m(?:64|32|arm|thumb|sse\S*|avx2?|aes|pclmul|fpmath=\S+|float-abi=\S+|fpu=\S+))'/,
      sure: 0.84,
      cause: 'the compiler is of another CPU than what is built: {option} is an option for another',
      cure: 'build with the compiler of the CPU that is built for (`CC=aarch64-linux-gnu-gcc` for cgo and make), or pass such options only where the CPU has them',
    },
    {
      says: /no such instruction: '(?<instruction>(?:stp|ldp|ldr|str|adrp|mrs|msr|blr|cbz|cbnz|stmdb|ldmia|dmb|isb)\b[^']*)|(?:unknown mnemonic|bad instruction|unrecogni[sz]ed opcode|invalid instruction mnemonic):? '(?<instruction2>(?:push|mov|call|lea|xor|add|sub)[qlbw]\b|cpuid|rdtsc|mfence|lfence|syscall)/,
      sure: 0.84,
      cause:
        'the assembler is of another CPU than the source: {instruction|{instruction2|}} is an instruction of another',
      cure: 'build with the toolchain of the CPU that is built for (`CC=aarch64-linux-gnu-gcc` for cgo and make), or take the source for this CPU',
    },
    {
      says: /unrecogni[sz]ed emulation mode: (?<emulation>aarch64\w*|arm\w*|elf_\w+|elf\d\d\w+|i386\w*|riscv\w*)/,
      sure: 0.86,
      cause: 'the linker is of another CPU than what it links: it does not know {emulation}',
      cure: "use the linker of the CPU that is built for (`aarch64-linux-gnu-ld`, its gcc's, or lld, which knows all), with `CC=`, `linker = …` of the target in Cargo, or --target and -fuse-ld=lld for clang",
    },
    { says: /(?:could not execute process|failed to (?:run|execute)|spawn).*exec format error/, sure: 0.82 },
    {
      says: /(?<program>\S*\/\S+): exec(?:utable)? format error/,
      unless: /exec \/|standard_init|\/bin\/(?:ba)?sh|exec user process/,
      sure: 0.75,
    },
    {
      says: /ELF (?:file|binary|machine).{0,40}(?:machine|architecture) (?:type )?(?:mismatch|does(?:n't| not) match|not supported)/,
      sure: 0.8,
    },
    {
      says: /(?:line )?\d+: (?<program>\S*\/\S+): (?:cannot execute: )?Exec format/,
      unless: /: \/bin\/(?:ba|da|a)?sh: exec format/,
      sure: 0.85,
    },
    {
      says: /Exec format error \(os error 8\)|Exec format error$/,
      unless: /exec \/bin|standard_init/,
      without: /failed to solve/,
      sure: 0.68,
    },
    {
      says: /syntax error: (?:unexpected|unterminated).{0,40}(?:ELF|\^A|\^B|redirection|'\)'|'\(')/,
      beside: /^(?:\/\S+|\.\/\S+|sh): (?:line )?1: |: 1: \S*ELF|line 1: /,
      within: 2,
      sure: 0.55,
    },
    { says: /: (?:line )?1: \S*ELF\S*: not found/, sure: 0.85 },
  ],
  cause: 'the file {program|itself} is for another CPU or system than the one that runs it',
  cure: 'fetch or build the one for this CPU (`file NAME` and `uname -m` tell both); a node_modules or target folder made elsewhere must be made anew here; in a multi-platform image use $TARGETARCH in the address',
  candidates: [
    {
      class: 'binfmt-missing',
      decides: 'where the whole image is of another CPU, not one file, an emulator is what is missing',
    },
  ],
  explains: ['runtime-lib-missing', 'dev-package-missing'],
  references: [
    'https://github.com/docker-library/official-images/issues/3835',
    'https://github.com/evanw/esbuild/issues/1646',
  ],
  examples: [
    "dlopen failed: /app/libx.so: ELF file's e_machine is 183, expected 62",
    'bash: ./kubectl: cannot execute binary file: Exec format error',
    "OSError: [Errno 8] Exec format error: '/usr/local/bin/chromedriver'",
    'Error: /app/node_modules/bcrypt/lib/binding/bcrypt_lib.node: invalid ELF header',
    "/usr/bin/ld: i386:x86-64 architecture of input file `foo.o' is incompatible with aarch64 output",
  ],
  lookAlikes: [
    'exec /bin/sh: exec format error',
    'ImportError: /usr/lib/x86_64-linux-gnu/libc.so: invalid ELF header',
  ],
};
