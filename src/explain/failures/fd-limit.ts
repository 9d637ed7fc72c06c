import type { FailureClass } from '../failure-class.ts';

export const fdLimit: FailureClass = {
  class: 'fd-limit',
  signs: [
    {
      says: /Zu viele offene Dateien|Trop de fichiers ouverts|Demasiados (?:archivos|ficheros) abiertos|Troppi file aperti|(?:Muitos arquivos abertos|Arquivos abertos demais)|打开的文件过多|開啟太多檔案|開いているファイルが多すぎます|Слишком много открытых файлов|Za dużo otwartych plików/,
      sure: 0.93,
    },
    { says: /\bno file descriptors available/, sure: 0.93 },
    { says: /Too many open files/, unless: /inotify/, sure: 0.94 },
    { says: /\bEMFILE\b|\bENFILE\b|\(os error 24\)|\[Errno 24\]/, unless: /inotify|watch/, sure: 0.94 },
    { says: /ProcessFdQuotaExceeded|SystemFdQuotaExceeded/, sure: 0.95 },
    {
      says: /(?:file descriptor|open files?|nofile|RLIMIT_NOFILE|ulimit -n).{0,40}(?:limit (?:is )?(?:reached|exceeded|too low)|exhausted|too (?:low|small)|ran out)|(?:out of|no (?:more|free)) (?:\w+ )?file (?:descriptors|handles)/,
      sure: 0.85,
    },
  ],
  cause:
    'the limit of open files is reached; a library or file that "can\'t be found" after it may well be there',
  cure: 'raise it: `ulimit -n 65536`, `docker run --ulimit nofile=65536:65536`, `LimitNOFILE=` of the daemon; or fewer jobs at once',
  asks: ['limits'],
  explains: [
    'crt-missing',
    'dev-package-missing',
    'runtime-lib-missing',
    'dns-failure',
    'tool-missing',
    'zig-cache',
    'connection-failed',
  ],
  references: ['https://github.com/ziglang/zig/issues/23273', 'https://github.com/npm/npm/issues/14934'],
  examples: [
    'ld: cannot open lib.o: Too many open files\n/usr/bin/ld: cannot find -lgcc: Too many open files',
    "npm ERR! code EMFILE\nnpm ERR! EMFILE: too many open files, open '/app/node_modules/x'",
    'error: unable to open library directory: ProcessFdQuotaExceeded',
  ],
  lookAlikes: ["Error: ENOSPC: System limit for number of file watchers reached, watch '/app'"],
};
