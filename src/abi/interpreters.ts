/** Where each libc has the program that starts dynamic executables, by the machine as an ELF audit says it. */

export const glibcInterpreters: Readonly<Record<string, string>> = {
  x86_64: '/lib64/ld-linux-x86-64.so.2',
  aarch64: '/lib/ld-linux-aarch64.so.1',
  i386: '/lib/ld-linux.so.2',
  arm: '/lib/ld-linux-armhf.so.3',
  riscv64: '/lib/ld-linux-riscv64-lp64d.so.1',
  ppc64: '/lib64/ld64.so.1',
  ppc64le: '/lib64/ld64.so.2',
  s390x: '/lib/ld64.so.1',
  loongarch64: '/lib64/ld-linux-loongarch-lp64d.so.1',
};

export const muslInterpreters: Readonly<Record<string, string>> = {
  x86_64: '/lib/ld-musl-x86_64.so.1',
  aarch64: '/lib/ld-musl-aarch64.so.1',
  i386: '/lib/ld-musl-i386.so.1',
  arm: '/lib/ld-musl-armhf.so.1',
  riscv64: '/lib/ld-musl-riscv64.so.1',
  ppc64le: '/lib/ld-musl-powerpc64le.so.1',
  s390x: '/lib/ld-musl-s390x.so.1',
  loongarch64: '/lib/ld-musl-loongarch64.so.1',
};
