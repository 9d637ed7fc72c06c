import type { CodeInfo } from './code-info.ts';

/** What an audit finds in a file or in what a package claims. */
export const auditCodes = {
  'elf-malformed': {
    exit: 1,
    title: 'an ELF file contradicts itself',
    cause:
      'A table of the file lies outside of it, a string has no end, or the header is cut off. The loader may refuse the file, or read something else than was meant.',
    cure: 'build or download the file again; if it was edited with patchelf or strip, try without',
  },
  'elf-rpath': {
    exit: 1,
    title: 'a file looks for libraries where others have none',
    cause:
      'Its RPATH or RUNPATH names a folder of the machine that built it, depends on the current folder, or leads out of the artifact.',
    cure: 'set it relative to the file with `$ORIGIN`, or remove it with `patchelf --remove-rpath`',
  },
  'elf-weak-floor': {
    exit: 1,
    title: 'only weak symbols force a newer glibc',
    cause:
      'A weak symbol may be missing at run time, but its version is looked for when the file is loaded. Programs that probe for a new function, as those made with Rust do, are refused on an older glibc although they would do without it.',
    cure: 'link with an lld that marks such versions weak, or against an older sysroot',
  },
  'archive-malformed': {
    exit: 1,
    title: 'an archive is damaged, or not what it claims to be',
    cause:
      'It was cut off, a checksum or a size in it is wrong, or it uses a variant of its format that Targetry does not read. What came before that place was audited.',
    cure: 'download or build the file again, and compare its hash with the one that was published',
  },
  'archive-bomb': {
    exit: 1,
    title: 'an archive unpacks to absurdly much',
    cause: 'It has more members, or unpacks to more bytes, than any archive of programs of its size.',
    cure: 'do not unpack it; ask whoever made it',
  },
  'archive-member-refused': {
    exit: 1,
    title: 'a member of an archive cannot be read',
    cause: 'It is encrypted, compressed in a rare way, or shares its bytes with another member.',
    cure: 'pack the archive again with stored or deflated members',
  },
  'archive-path-escapes': {
    exit: 1,
    title: 'a path in an archive leads out of it',
    cause:
      'A member has an absolute path, `..` in its path, or lies below a link to elsewhere. Some programs that unpack would write outside of their folder.',
    cure: 'do not unpack it as it is; ask whoever made it',
  },
  'archive-too-deep': {
    exit: 1,
    title: 'an archive lies too deep to be looked into',
    cause: 'Archives inside of archives are followed two levels deep.',
    cure: 'unpack the outer archive and audit the inner one',
  },
  'not-an-artifact': {
    exit: 1,
    title: 'a file is nothing that an audit reads',
    cause: 'It is no ELF file, no archive and no package.',
    cure: 'name an ELF file, a folder, a wheel, an npm, deb, apk or rpm package, a tar, a zip or an image',
  },
  'file-unreadable': {
    exit: 1,
    title: 'a file could not be read',
    cause: 'It is not there, may not be read by this user, or the disk failed.',
    cure: 'check the path and its permissions',
  },
  'claim-os-false': {
    exit: 1,
    title: '"os" in package.json is wrong',
    cause:
      'package.json allows only systems on which the files of the package do not run, so npm installs it where it fails and refuses it where it would work.',
    cure: 'correct "os" in package.json and publish again',
  },
  'claim-cpu-false': {
    exit: 1,
    title: '"cpu" in package.json is wrong',
    cause: 'package.json names CPUs for which the package has no file.',
    cure: 'correct "cpu" in package.json and publish again',
  },
  'claim-libc-false': {
    exit: 1,
    title: '"libc" in package.json is wrong',
    cause: 'package.json allows only a libc that the files of the package were not built for.',
    cure: 'correct "libc" in package.json and publish again',
  },
  'claim-libc-missing': {
    exit: 1,
    title: 'package.json does not say which libc the files need',
    cause:
      'Without "libc", npm, pnpm and yarn install the package on glibc and musl systems alike, and it loads on one of them.',
    cure: 'add "libc" to package.json',
  },
  'claim-name-false': {
    exit: 1,
    title: 'the name of a package is wrong about its files',
    cause: 'The name says a CPU, a libc or `static`, and the files are something else.',
    cure: 'rename the package, or build what its name says',
  },
  'claim-not-executable': {
    exit: 1,
    title: 'a program is not executable',
    cause:
      'npm makes only those files executable that "bin" names; all others keep the mode that they were packed with.',
    cure: 'set the mode to 0755 before packing',
  },
  'claim-readme-glibc': {
    exit: 1,
    title: 'the readme promises an older glibc than the files need',
    cause: 'A file needs symbols of a newer glibc than the readme of the package names.',
    cure: 'build it in an older environment, or correct the readme',
  },
  'claim-prebuild-false': {
    exit: 1,
    title: 'a prebuilt file has a wrong name',
    cause:
      'Loaders such as node-gyp-build choose a file by its name and never look into it, so it fails where it is chosen.',
    cure: 'rename the file, or build what its name says',
  },
  'claim-wheel-name': {
    exit: 1,
    title: 'the name of a wheel and its metadata disagree',
    cause:
      'Installers believe the file name, and check it against .dist-info/WHEEL; a wheel that says two things is refused or installed where it does not run.',
    cure: 'rename the wheel with `wheel tags`, which changes both',
  },
  'claim-wheel-pure': {
    exit: 1,
    title: 'a wheel with native files says that it is pure Python',
    cause: 'Root-Is-Purelib is true, so the files are installed into a folder that several CPUs may share.',
    cure: 'set Root-Is-Purelib to false: most build tools do it where they know of an extension module',
  },
  'claim-wheel-tag-false': {
    exit: 1,
    title: 'the platform tag of a wheel is wrong',
    cause:
      'The files need more than the tag promises: a newer glibc, another CPU or libc, or a library that the tag does not allow.',
    cure: 'repair the wheel with auditwheel, build it in an older environment, or use the tag that the audit names',
  },
  'claim-wheel-abi-false': {
    exit: 1,
    title: 'the Python or ABI tag of a wheel is wrong',
    cause: 'The suffix of an extension module is one that the Python of the tag does not look for.',
    cure: 'build one wheel per Python, or an .abi3.so with the limited API',
  },
  'claim-abi3-false': {
    exit: 1,
    title: 'a wheel that says abi3 uses more than the stable ABI',
    cause:
      'An extension module asks for names that the oldest Python of the tag does not have, or that any Python may drop.',
    cure: 'define Py_LIMITED_API while compiling, with the version that the tag names',
  },
  'claim-pypi-refuses': {
    exit: 1,
    title: 'PyPI does not take a wheel with this tag',
    cause:
      'PyPI takes numbered manylinux and musllinux tags of the CPUs that it knows, and no plain linux tags but those of 32-bit ARM.',
    cure: 'build the wheel in a manylinux or musllinux environment and tag it with auditwheel',
  },
  'claim-arch-false': {
    exit: 1,
    title: 'the architecture of a package is wrong',
    cause: 'None of the files in the package is for the CPU that the package names.',
    cure: 'build the package again for that CPU',
  },
  'claim-dependency-false': {
    exit: 1,
    title: 'a package depends on too old a libc',
    cause:
      'A file of the package needs a newer glibc than the dependency asks for, so the package installs where it does not run.',
    cure: 'let dpkg-shlibdeps write the dependency',
  },
  'claim-dependency-missing': {
    exit: 1,
    title: 'a package does not depend on a library that it needs',
    cause: 'A file of the package needs a library that the package neither holds nor depends on.',
    cure: 'add the dependency',
  },
  'promise-unproven': {
    exit: 1,
    title: 'it cannot be told whether an artifact keeps its promise',
    cause:
      'The promise names something that the tables do not know, or the file needs what they do not cover.',
    cure: 'run the artifact there with `targetry prove`, or promise what can be computed',
  },
} as const satisfies Record<string, CodeInfo>;
