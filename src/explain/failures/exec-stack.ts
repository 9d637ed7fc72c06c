import type { FailureClass } from '../failure-class.ts';

export const execStack: FailureClass = {
  class: 'exec-stack',
  signs: [
    { says: /cannot enable executable$/, sure: 0.85 },
    {
      says: /可执行栈|可執行堆疊|ausführbaren (?:Stack|Stapel)|pile exécutable|pila ejecutable|стек исполняемым|исполняемого стека|実行可能スタック|pilha executável|stack eseguibile/,
      sure: 0.9,
    },
    { says: /cannot enable executable stack/, sure: 0.97 },
    {
      says: /(?:executable stack|execstack).{0,60}(?:not (?:allowed|permitted)|denied|refused|Permission denied|Invalid argument)/,
      sure: 0.88,
    },
    {
      says: /(?:make|making) (?:the )?stack executable|loading of .{1,80} requires an executable stack/,
      sure: 0.7,
    },
  ],
  cause:
    "a library is marked as wanting an executable stack, and the loader (glibc from 2.41 on) or the kernel's policy refuses it",
  cure: 'clear the mark: `patchelf --clear-execstack FILE` or `execstack -c FILE`; at its source build with `-Wl,-z,noexecstack` and give assembler files a .note.GNU-stack section',
  references: [
    'https://sourceware.org/glibc/wiki/Release/2.41',
    'https://github.com/microsoft/onnxruntime/issues/24015',
  ],
  examples: [
    'ImportError: libonnxruntime.so.1: cannot enable executable stack as shared object requires: Invalid argument',
    'error while loading shared libraries: libhexter.so: cannot enable executable stack as shared object requires: Permission denied',
  ],
  lookAlikes: ['/usr/bin/ld: warning: x86.o: missing .note.GNU-stack section implies executable stack'],
};
