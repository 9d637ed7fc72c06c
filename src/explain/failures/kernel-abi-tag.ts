import type { FailureClass } from '../failure-class.ts';

export const kernelAbiTag: FailureClass = {
  class: 'kernel-abi-tag',
  signs: [
    {
      says: /OS ABI: Linux (?<need>[345]\.\d+)\.\d+\) =>/,
      beside: /cannot open shared object file|=> not found/,
      sure: 0.92,
    },
    {
      says: /OS: Linux, ABI: (?<need>(?:3\.1[1-9]|[456]\.\d+)\.\d+)/,
      beside: /cannot open shared object file|=> not found/,
      sure: 0.92,
    },
    {
      says: /kernel (?:is )?too old(?: for this|$)|for GNU\/Linux (?<need>\d\.\d+)\.\d+.{0,60}kernel (?:is |too )/,
      unless: /module|driver|header/,
      sure: 0.84,
    },
    { says: /needs kernel (?<need>[\d.]+)(?: or later)?; running kernel/, sure: 0.93 },
    {
      says: /(?<library>libQt[56]\w+\.so\.[56][\d.]*): cannot open shared object file/,
      beside: /\.note\.ABI-tag|Linux \S+ (?:2\.6|3\.\d+|4\.[0-9]\b|4\.10)\.|kernel (?:3|4\.[0-9])\b/,
      sure: 0.86,
    },
    { says: /ELF file OS ABI invalid|needs kernel (?<need>[\d.]+); running kernel/, sure: 0.88 },
    {
      says: /(?<library>libQt[56]Core(?:-\w+)?\.so\.[56][\d.]*): cannot open shared object file/,
      sure: 0.88,
    },
    { says: /(?<library>libQt[56]Core(?:-\w+)?\.so\.[56][\d.]*) => not found/, sure: 0.8 },
    { says: /FATAL(?: glibc error)?: kernel too old/, sure: 0.88 },
    {
      says: /ABI[- ](?:tag|note).{0,80}(?:newer|kernel)|for GNU\/Linux [\d.]+.{0,40}(?:older|newer|too old)/,
      sure: 0.6,
      soft: true,
    },
    {
      says: /(?<library>\S+): (?:ELF file )?OS ABI (?:version )?invalid|ELF file ABI version invalid/,
      sure: 0.6,
    },
  ],
  cause:
    "the file is there, but its ABI note asks for a newer kernel than the one that runs here, so the loader passes it by and says that it can't be opened",
  cure: 'run it on a newer kernel (a container has the kernel of its host); or remove the note: `strip --remove-section=.note.ABI-tag FILE`',
  explains: ['syscall-enosys', 'runtime-lib-missing'],
  candidates: [
    {
      class: 'runtime-lib-missing',
      decides:
        '`find / -name "{library|libQt5Core.so.5}"`: where the file is there, it is the note; where it isn\'t, install the library',
    },
  ],
  references: [
    'https://github.com/OpenZWave/qt-openzwave/issues/37',
    'https://github.com/Microsoft/WSL/issues/3023',
  ],
  examples: [
    '/usr/local/bin/ozwdaemon: error while loading shared libraries: libQt5Core.so.5: cannot open shared object file: No such file or directory\n        libQt5Core.so.5 => not found',
    'FATAL: kernel too old',
  ],
  lookAlikes: [
    'error while loading shared libraries: libQt5Widgets.so.5: cannot open shared object file: No such file or directory',
  ],
};
