import type { ElfFile } from '../formats/elf/elf-file.ts';
import type { ElfType, LibcKind } from './report.ts';

/** Names that only glibc's libraries have; musl has one library and no numbers. */
const glibcLibrary =
  /^(?:(?:libc|libm)\.so\.6(?:\.1)?|(?:libdl|libresolv)\.so\.2|libpthread\.so\.0|(?:librt|libutil|libanl|libnsl|libmvec)\.so\.1|ld-linux[^/]*\.so\.[0-9]+|ld64\.so\.[0-9]+)$/;
const muslLibrary = /^(?:libc\.musl-[^/]+\.so\.1|ld-musl-[^/]+\.so\.1)$/;
const bionicLibrary = /^(?:libdl|libm|liblog|libandroid|libstdc\+\+)\.so$/;

export function elfTypeOf(elf: ElfFile): ElfType {
  if (elf.type === 'rel') return 'rel';
  const loaded = elf.interpreter !== undefined || elf.needed.length > 0;
  if (elf.type === 'exec') return loaded ? 'exec' : 'static-exec';
  if (elf.pieFlag) return loaded ? 'pie' : 'static-pie';
  // Before linkers set the flag: a program has an interpreter and no soname; libc.so.6 has both.
  return elf.interpreter !== undefined && elf.soname === undefined ? 'pie' : 'shared';
}

export function libcKindOf(elf: ElfFile, type: ElfType): LibcKind {
  if (type === 'static-exec' || type === 'static-pie') return 'static';
  if (elf.interpreter !== undefined) {
    const name = elf.interpreter.slice(elf.interpreter.lastIndexOf('/') + 1);
    if (name.startsWith('ld-musl-')) return 'musl';
    if (name === 'linker' || name === 'linker64') return 'bionic';
    if (/^ld(?:-linux[^/]*|64)?\.so\.[0-9]+$/.test(name)) return 'glibc';
  }
  if (elf.needed.some((name) => muslLibrary.test(name))) return 'musl';
  if (elf.needed.some((name) => glibcLibrary.test(name))) return 'glibc';
  if (elf.versionNeeds.some(({ library, version }) => version.startsWith('GLIBC_') && !isLibgcc(library))) {
    return 'glibc';
  }
  if (elf.needed.includes('libc.so')) {
    // Android's libc has the same soname, but keeps libm and libdl apart and has versions.
    const android = elf.notes.android === true || elf.needed.some((name) => bionicLibrary.test(name));
    return android || elf.versionNeeds.some(({ version }) => version === 'LIBC') ? 'bionic' : 'musl';
  }
  if (elf.notes.android === true) return 'bionic';
  return elf.needed.length > 0 || elf.type === 'rel' ? 'unknown' : 'none';
}

/** One of the libraries of glibc's own build; its loader is one of them. */
export function isGlibcLibrary(library: string): boolean {
  return glibcLibrary.test(library);
}

/** `GLIBC_2.0` of libgcc_s is a version of libgcc's own, on every libc. */
export function isLibgcc(library: string): boolean {
  return library.startsWith('libgcc_s.so');
}
