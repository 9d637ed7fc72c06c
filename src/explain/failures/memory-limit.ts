import type { FailureClass } from '../failure-class.ts';

export const memoryLimit: FailureClass = {
  class: 'memory-limit',
  signs: [
    {
      says: /\bOOMErrorHandler\b|\bReportOOMFailure\b|V8::FatalProcessOutOfMemory|allocation failure; scavenge might not succeed|\bERR_WORKER_OUT_OF_MEMORY\b|due to reaching memory limit/,
      sure: 0.9,
    },
    {
      says: /\bSystem\.OutOfMemoryException\b|compiler is out of heap space|Exhausted heap space, trying to allocate|\w+_alloc: Cannot allocate \d+ bytes|heap overflow: maximum heap size|\b_?ArrayMemoryError\b|^(?:lua\S*: )?not enough memory$/,
      unless: /expect|assert/,
      sure: 0.86,
    },
    {
      says: /\bHeap exhausted\b|: out of memory \(requested \d+ bytes\)|exception Out_of_memory|cannot allocate vector of (?:size|length)|eheap_alloc: Cannot allocate|cannot allocate memory for thread-local data|Not enough memory to run compilation/,
      sure: 0.88,
    },
    { says: /GC heap initialization failed|HRESULT: 0x8007000E\b/, sure: 0.85 },
    { says: /Cannot allocate memory - fork\(2\)|paging file is too small/, sure: 0.86 },
    {
      says: /Nicht (?:genügend|genug) Hauptspeicher verfügbar|(?:Impossible d'|Ne peut )allouer de la mémoire|No se pudo asignar memoria|Impossibile allocare memoria|Não foi possível alocar memória|无法分配内存|無法配置記憶體|メモリを確保できません|(?:Невозможно|Не удалось) выделить память|Nie można przydzielić pamięci/,
      sure: 0.85,
    },
    {
      says: /(?:can't|cannot|could not) fork: (?:Cannot allocate|Out of) memory|\bfork: Out of memory/,
      sure: 0.86,
    },
    {
      says: /after throwing an instance of 'std::bad_alloc'|WebAssembly\.Memory\(\): could not allocate memory|^error: OutOfMemory$|The current maximum heap size is/,
      sure: 0.84,
    },
    {
      says: /Expiring Daemon because JVM (?:heap|Metaspace) space is exhausted|after running out of JVM (?:memory|Metaspace)/,
      sure: 0.8,
      soft: true,
    },
    {
      says: /Could not reserve enough space for \S+ object heap|os::commit_memory\(.*failed|insufficient memory for the Java Runtime|Unable to commit \d+ bytes of memory/,
      sure: 0.88,
    },
    {
      says: /Allowed memory size of \d+ bytes exhausted|Out of memory \(allocated \d+/,
      sure: 0.9,
    },
    {
      says: /Failed to reserve virtual memory|Fatal process (?:OOM|out of memory)/,
      sure: 0.9,
    },
    {
      says: /JavaScript heap out of memory|Reached heap limit Allocation failed|Ineffective mark-compacts near heap limit/,
      sure: 0.95,
      cause: "Node's own heap limit is reached, before the machine's memory is",
      cure: 'raise it: `NODE_OPTIONS=--max-old-space-size=4096`, within what the machine or container has',
    },
    {
      says: /java\.lang\.OutOfMemoryError|Java heap space|GC overhead limit exceeded|OutOfMemoryError/,
      sure: 0.92,
      cause: 'the heap limit of the Java machine is reached',
      cure: 'raise it: `JAVA_TOOL_OPTIONS=-Xmx2g`, or `org.gradle.jvmargs=-Xmx2g`, within what the machine has',
    },
    { says: /virtual memory exhausted/, sure: 0.93 },
    {
      says: /out of memory allocating \d+ bytes|memory allocation (?:of \d+ bytes )?(?:still )?failed|LLVM ERROR: out of memory|fatal error: (?:runtime: )?(?:cannot allocate memory|out of memory)|runtime: out of memory/,
      sure: 0.93,
    },
    {
      says: /Cannot allocate memory|\(os error 12\)|\[Errno 12\]|\bENOMEM\b/,
      unless: /static TLS|thread|fork|clone|popen failure|\[Errno 12\] Timeout/,
      sure: 0.85,
    },
    { says: /(?:fork|vfork|clone|spawn|posix_spawn)\S*.{0,80}(?:Cannot allocate memory|ENOMEM)/, sure: 0.85 },
    {
      says: /(?:final link failed: |ld: )?memory exhausted|mmap failed: Cannot allocate|failed to (?:map|allocate) .{0,60}(?:memory|bytes)/,
      sure: 0.8,
    },
    {
      says: /std::bad_alloc|\bMemoryError\b|Out of memory(?: error)?[.:!]?$|fatal: Out of memory/,
      unless: /test|catch|throw/,
      sure: 0.75,
    },
    {
      says: /(?:memory|heap|address space|RLIMIT_AS|ulimit -v).{0,30}(?:limit|rlimit) (?:is )?(?:exceeded|reached|hit)/,
      unless: /cgroup|oom/,
      sure: 0.8,
    },
  ],
  cause:
    'an allocation was refused: by a limit on the address space (`ulimit -v`), on locked or committed memory, or because memory and swap are used up; the kernel killed nothing',
  cure: 'raise or lift the limit (`ulimit -v unlimited`, `vm.overcommit_memory=1`), run fewer jobs at once, or give the builder more memory; on 32-bit targets split the unit or cross-compile',
  asks: ['memory'],
  references: [
    'https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib',
    'https://github.com/rust-lang/rust/issues/55352',
  ],
  examples: [
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    'virtual memory exhausted: Cannot allocate memory',
    'cc1plus: out of memory allocating 65536 bytes after a total of 134217728 bytes',
  ],
  lookAlikes: [
    'libgomp.so.1: cannot allocate memory in static TLS block',
    'g++: fatal error: Killed signal terminated program cc1plus',
  ],
};
