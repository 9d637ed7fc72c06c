import type { FailureClass } from '../failure-class.ts';

export const readOnlyFs: FailureClass = {
  class: 'read-only-fs',
  signs: [
    {
      says: /Dateisystem ist nur lesbar|accessible en lecture seulement|Sistema de (?:archivos|ficheros) de s.{1,2}lo lectura|File system in sola lettura|Sistema de arquivos somente (?:para )?leitura|只读文件系统|唯讀檔案系統|読み込み専用ファイルシステム|доступна только для чтения|wyłącznie do odczytu/,
      sure: 0.92,
    },
    { says: /ReadOnlyFileSystemException|\bread[- ]?only file ?system\b/, sure: 0.88 },
    { says: /\bReadOnlyFileSystem\b/, sure: 0.93 },
    { says: /Read-only file ?system/, sure: 0.95 },
    { says: /\bEROFS\b|\(os error 30\)|\[Errno 30\]/, sure: 0.95 },
    {
      says: /(?:file ?system|mount|volume|directory|disk) (?:\S+ )?(?:is|was) (?:mounted )?read[- ]only/,
      unless: /if your file ?system|cache-read-only/,
      sure: 0.82,
    },
  ],
  cause:
    'something is written to a file system that is mounted read-only: a bind mount of the source, a container with `--read-only`, or a disk that the kernel stopped writing to after an error',
  cure: 'write elsewhere (`/tmp`, the build folder outside the source, `HOME`), or mount it read-write (`:rw`, `--mount=type=bind,rw`); after a disk error see `dmesg`',
  explains: ['permission-denied', 'apt-signature', 'cache-mount-ownership', 'cargo-cache-corrupt'],
  references: ['https://docs.docker.com/reference/dockerfile/#run---mounttypebind'],
  examples: [
    "mkdir: cannot create directory '/src/build': Read-only file system",
    "EROFS: read-only file system, open '/app/.next/trace'",
    'error: failed to write `/src/Cargo.lock`\nCaused by:\n  Read-only file system (os error 30)',
  ],
  lookAlikes: ["mkdir: cannot create directory '/src/build': Permission denied"],
};
