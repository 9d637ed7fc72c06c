/** 1 "no" (a promise broken, a step failed), 2 "you asked wrongly", 3 "this machine or network can't". */
export type ExitCode = 1 | 2 | 3;

interface CodeInfo {
  readonly exit: ExitCode;
  /** A lower-case line: what kind of thing happened. */
  readonly title: string;
  /** Why it happens, for the page in docs/errors. */
  readonly cause: string;
  /** What to do next: the page's cure, and the hint of a failure that names none of its own. */
  readonly cure: string;
}

/**
 * Every code that a user can meet, by room. A code is stable once released: scripts match on it and docs/errors has a
 * page for each, written from this table by `npm run docs`.
 */
export const codes = {
  // cli
  usage: {
    exit: 2,
    title: 'the command line was not understood',
    cause: 'A command, an option or an argument has a name or a form that Targetry does not have.',
    cure: 'run `targetry --help`, or `targetry COMMAND --help` for one command',
  },
  canceled: {
    exit: 1,
    title: 'stopped by the user',
    cause: 'Ctrl-C or SIGTERM arrived. Every running step was stopped; finished results are kept.',
    cure: 'run the same command again: it goes on from the results that were finished',
  },
  // operations
  'source-unreadable': {
    exit: 3,
    title: 'a file of the project could not be read',
    cause:
      "A file that belongs to the source, or git's own list of files, has no read permission or is damaged.",
    cure: 'make the file readable for you, or leave it out with `source: { ignore: [...] }`',
  },
  'input-missing': {
    exit: 2,
    title: 'an input of a step matches no file',
    cause:
      '`inputs` of a step has a pattern that none of the files of the source matches. The source is what git tracks: a file that was not added is not part of it.',
    cure: 'correct the pattern; a new file needs `git add` first',
  },
  'promise-broken': {
    exit: 1,
    title: 'an artifact does not keep its promise',
    cause:
      'The audit of a built file found that it needs more of the system than its target promises: a newer glibc symbol, another interpreter, a library that is not allowed.',
    cure: 'build in an older environment, avoid the symbols that are named, or change the promise in targetry.yaml',
  },

  'compiler-missing': {
    exit: 3,
    title: 'this machine has no compiler for the CPU',
    cause:
      '`targetry cc` runs a compiler of the machine: gcc, for another CPU a cross gcc such as aarch64-linux-gnu-gcc, or clang.',
    cure: 'install gcc or clang, or name one with `--compiler PROGRAM`',
  },
  'compile-contradiction': {
    exit: 2,
    title: 'the options of a compilation contradict each other',
    cause:
      'Two options of `targetry cc` or of the compiler exclude each other, or the libc that was named lacks what one of them needs.',
    cure: 'leave one of the two out; for C++ with musl use `--libc alpine`, which has a C++ library for it',
  },
  'cross-compiler-missing': {
    exit: 2,
    title: 'an environment has no compiler for the CPU of a target',
    cause:
      "The environment has a `sysroot`, so its steps run on the CPU of `builder:`, this machine's by default, and compile for that of the target. None of its packages is a compiler that does.",
    cure: 'add a cross compiler such as `gcc-aarch64-linux-gnu`, or `clang` with `lld`, to `packages:`; or set `builder:` to the CPU of the target, and the compiler is emulated',
  },
  'promise-hopeless': {
    exit: 2,
    title: 'a promise can not be kept by what a target is linked with',
    cause:
      'The glibc that the compilers of the environment link with is newer than the promise permits, and from 2.34 on every program that is linked with it needs at least 2.34. This is told before anything is built, and only where it is sure: of executables, from gcc or clang.',
    cure: 'compile against an older release with `sysroot:`, or promise what the environment gives; a static program promises `static`',
  },
  'artifact-cpu': {
    exit: 1,
    title: 'an artifact is for another CPU than its target',
    cause:
      'The steps compiled with the compiler of the machine that builds instead of a cross compiler, or `arch:` of the target is not what is meant.',
    cure: 'have the steps use a compiler for the CPU of the target, or correct `arch:`',
  },

  // config
  'config-exists': {
    exit: 2,
    title: 'there is a targetry.yaml already',
    cause: '`targetry init` writes a first targetry.yaml and never overwrites one.',
    cure: 'change the file that is there; to start anew, move it away first',
  },
  'project-unknown': {
    exit: 2,
    title: 'nothing tells what kind of project it is',
    cause:
      '`targetry init` looks for files such as Makefile, CMakeLists.txt, binding.gyp or Cargo.toml, and found none.',
    cure: 'run it in the folder that has them, or write targetry.yaml by hand',
  },
  'config-missing': {
    exit: 2,
    title: 'there is no targetry.yaml',
    cause: 'Neither the current folder nor any folder above it has a `targetry.yaml`.',
    cure: 'write a `targetry.yaml` in the folder of your project, or change to a folder that has one',
  },
  'config-invalid': {
    exit: 2,
    title: 'targetry.yaml has mistakes',
    cause:
      'The file was read, and some of it can not be meant as written. Each mistake is listed with its place.',
    cure: 'correct the places shown and run the same command again',
  },
  'config-syntax': {
    exit: 2,
    title: 'targetry.yaml is not YAML',
    cause:
      'The file can not be taken apart: an indentation, a quote or a bracket is not what YAML expects there.',
    cure: 'look at the underlined place and at the end of the line before it; put text with special characters in quotes',
  },
  'config-key-unknown': {
    exit: 2,
    title: 'a key has no meaning',
    cause: 'Targetry knows every key of its file, so that a mistyped one is not silently without effect.',
    cure: 'use one of the keys that the message names',
  },
  'config-key-missing': {
    exit: 2,
    title: 'a key is missing',
    cause: 'Something that has no default was left out.',
    cure: 'add the key that the message names',
  },
  'step-inputs-late': {
    exit: 2,
    title: 'a step has inputs after one that sees the whole source',
    cause:
      'Steps run in order on one file system. What an earlier step saw of the source is still there, so a change of any file runs this step again too.',
    cure: 'give every step before it `inputs` too, or move it before those that see the whole source',
  },
  'config-key-twice': {
    exit: 2,
    title: 'a key is written twice',
    cause: 'One mapping has the same key twice, so one of the two values would be lost.',
    cure: 'keep one of them',
  },
  'config-value': {
    exit: 2,
    title: 'a value is not of the right kind',
    cause:
      'A list, a mapping, a word or a name was expected and something else is written, or the word is not one of those that exist.',
    cure: 'write the value as the hint says',
  },
  'config-name-unknown': {
    exit: 2,
    title: 'a name that nothing declares',
    cause: 'An environment or a target is referred to by a name that the file does not declare.',
    cure: 'correct the name, or declare it under `environments:` or `targets:`',
  },
  'config-name-twice': {
    exit: 2,
    title: 'a name is given twice',
    cause: 'Two things that are told apart by their names have the same one.',
    cure: 'rename one of them',
  },
  'config-promise': {
    exit: 2,
    title: 'a promise that can not be kept',
    cause:
      'The word under `promise:` is not one that Targetry can measure, or speaks of another libc than that of the target.',
    cure: 'use a promise such as `glibc:2.31`, `musl`, `static` or `manylinux_2_28` that fits the libc of the target',
  },
  'config-placeholder': {
    exit: 2,
    title: 'a placeholder that stands for nothing',
    cause: 'Text in braces is replaced, in `path`, `as` and `env`, by what it names; this one names nothing.',
    cure: 'use {target}, {arch}, {libc}, {environment}, {name}, {version}, {node.platform} or {node.arch}',
  },
  'config-path': {
    exit: 2,
    title: 'a path leads outside of its folder',
    cause:
      'Artifacts are taken from the source folder and put under dist/: neither path may be absolute or hold `..`.',
    cure: 'write a path relative to the source folder or to dist/',
  },
  'artifact-clash': {
    exit: 2,
    title: 'two artifacts would get the same name',
    cause:
      'All targets write into one dist/ folder, and two files of it would have the same name, so one would be lost.',
    cure: 'tell them apart with `as:` and a placeholder such as {target}',
  },
  'dist-unwritable': {
    exit: 3,
    title: "dist/ can't be written",
    cause:
      'The artifacts are whole and keep their promises, but the system refuses to put them into the dist/ folder of the project: it belongs to someone else, its disk is full or read-only, or a file lies where a folder must be, or the other way round.',
    cure: 'see to it that dist/ is a folder that this user can write; nothing has to be built again',
  },
  'not-yet': {
    exit: 2,
    title: 'part of the format, but not built yet',
    cause: 'The key is part of the file format and this version of Targetry can not serve it yet.',
    cure: 'leave the key out until a version of Targetry serves it',
  },
  'prove-unfit': {
    exit: 2,
    title: 'a file is none that can be proven',
    cause:
      'Proven are files that run or are loaded: executables, libraries, wheels, addons of Node, and packages of npm for one CPU. Of other files, or of files for several CPUs at once, it is not told what to run.',
    cure: 'name one file: an ELF file, a wheel, or a package of npm for one CPU; unpack others first',
  },
  'package-not-locked': {
    exit: 1,
    title: 'a package is not among those of an environment',
    cause: 'Nothing that targetry.yaml asks for leads to the package that was asked about.',
    cure: 'write its name as the distro does; `targetry lock --format json` lists all packages',
  },
  offline: {
    exit: 3,
    title: 'something is needed from the network, and --offline forbids it',
    cause: 'What the command needs is neither locked nor in the store nor in the folder of kept packages.',
    cure: 'run the same command once without `--offline`; `targetry lock --keep FOLDER` keeps packages for later',
  },
  'nothing-to-build': {
    exit: 2,
    title: 'the project has nothing to build',
    cause:
      'targetry.yaml declares environments and no artifacts. That is enough for `targetry lock` and `targetry rootfs`, and there is nothing to build.',
    cure: 'declare `targets`, `steps` and `artifacts`, or write a root with `targetry rootfs`',
  },
  'target-unknown': {
    exit: 2,
    title: 'no target has this name',
    cause: 'A name or pattern on the command line matches none of the targets that targetry.yaml declares.',
    cure: 'use the name of a target, or a pattern such as `linux-*-musl`',
  },
  'environment-unknown': {
    exit: 2,
    title: 'no environment has this name',
    cause: 'A name on the command line is none of the environments that targetry.yaml declares.',
    cure: 'use the name of an environment',
  },

  // audit
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
  // store
  'store-unwritable': {
    exit: 3,
    title: "the store can't be written",
    cause:
      'The folder that keeps packages and results is on a full or read-only disk, or belongs to someone else.',
    cure: 'free some room, or set TARGETRY_STORE to a folder on another disk',
  },
  'store-foreign': {
    exit: 3,
    title: 'the store belongs to another user',
    cause:
      'The store was made by another user, often because `sudo` kept HOME. Files of two users in one store would be files that one of them can never remove.',
    cure: 'run as the user who owns the folder, or set TARGETRY_STORE to a folder of your own',
  },
  // roots
  'package-broken': {
    exit: 3,
    title: "a package can't be unpacked",
    cause: 'A package has the right hash but is no proper archive, or holds a file that may not be unpacked.',
    cure: 'lock another version of the package, and tell its maintainers',
  },
  'package-damaged': {
    exit: 3,
    title: 'a package in the store is damaged',
    cause:
      'The bytes on the disk are not those that were downloaded: often a disk that was full or lost power.',
    cure: 'run the same command again: the package is downloaded anew',
  },
  'tree-damaged': {
    exit: 3,
    title: 'an unpacked package in the store was changed',
    cause:
      'A file in the store has other bytes than the package it came from: something wrote into the store, or a disk lost power. What is made of it would be wrong.',
    cure: 'remove the folder that is named, and run the same command again: the package is unpacked anew',
  },
  'output-taken': {
    exit: 2,
    title: 'something is where the result was to be written',
    cause: 'A root is written into a folder that is new or empty, and never over something else.',
    cure: 'name another place, or remove what is there',
  },
  'output-unwritable': {
    exit: 3,
    title: "the result can't be written where it was to be",
    cause:
      'The system refuses to write there: the folder belongs to someone else, its disk is full or read-only, or a file lies where a folder must be.',
    cure: 'name another place',
  },
  'package-files-clash': {
    exit: 2,
    title: 'two packages hold the same file',
    cause:
      'Neither of the packages says that it replaces the other, so the distro would refuse to install both.',
    cure: 'leave one of the two packages out of the environment',
  },
  'rootfs-unreadable': {
    exit: 3,
    title: 'a root filesystem could not be read',
    cause:
      '`rootfs:` of an environment names a folder or a tar beside targetry.yaml, and it is not there, or a file of it has no read permission for you.',
    cure: 'correct the path in targetry.yaml; a folder with files of other users is best packed as a tar by root',
  },
  'libc-guessed': {
    exit: 2,
    title: 'a target is taken for another libc than its root has',
    cause:
      'The libc of a root that is an image or files of the user is only told by a look inside. A target that does not say its libc is taken for glibc, and the root was found to have musl, or the other way round.',
    cure: 'write `libc:` into the target',
  },
  'rootfs-changed': {
    exit: 2,
    title: 'a root filesystem is not the one that was locked',
    cause:
      'The folder or tar that `rootfs:` names holds other bytes than at the time of `targetry lock`. What is built is always what was locked.',
    cure: 'lock it again with `targetry lock --update`, or put the file back as it was',
  },
  // remote
  'host-not-found': {
    exit: 3,
    title: 'a server has no address',
    cause:
      'The name of the server could not be resolved: it is misspelled, or this machine has no working DNS.',
    cure: 'check the spelling of the host and the network of this machine; behind a proxy set `http_proxy` and `https_proxy`',
  },
  'connection-refused': {
    exit: 3,
    title: 'a server refused the connection',
    cause: 'Nothing listens at that address, or a firewall turns connections away.',
    cure: 'check that the server is up and that this machine may reach it',
  },
  'connection-timed-out': {
    exit: 3,
    title: 'a server did not answer in time',
    cause: 'The server is down or overloaded, or something on the way swallows packets.',
    cure: 'try again later, or use another server; behind a proxy set `http_proxy` and `https_proxy`',
  },
  'connection-failed': {
    exit: 3,
    title: 'a connection broke',
    cause: 'The connection was cut, several times in a row.',
    cure: 'run the same command again: what was downloaded whole is kept',
  },
  'tls-failed': {
    exit: 3,
    title: 'a server could not prove who it is',
    cause:
      'The certificate of an https server is expired, for another name, or signed by an authority unknown here.',
    cure: 'check the clock of this machine; for an authority of your own set `NODE_EXTRA_CA_CERTS` to its PEM file',
  },
  'http-not-found': {
    exit: 3,
    title: 'a server does not have the file',
    cause: 'The server answered 404 or 410: the address is wrong, or the file was deleted there.',
    cure: 'check the address, or use another server',
  },
  'http-denied': {
    exit: 3,
    title: 'a server wants other credentials',
    cause:
      'The server answered 401 or 403: it hands the file out only to those who log in, and was given no credentials, or others.',
    cure: 'put `machine HOST login NAME password PASSWORD` into ~/.netrc, or set variables of the repository: docs/repositories.md',
  },
  'http-refused': {
    exit: 3,
    title: 'a server refused to hand out a file',
    cause: 'The server answered with a status of the 4xx kind.',
    cure: 'open the address in a browser or with curl to see what the server wants',
  },
  'http-server-error': {
    exit: 3,
    title: 'a server has a problem of its own',
    cause:
      'The server answered with a status of the 5xx kind, or that it is asked too often, several times in a row.',
    cure: 'try again later, or use another server',
  },
  'http-bad-redirect': {
    exit: 3,
    title: 'a server sends us in circles',
    cause: 'The server redirects again and again, or from an encrypted address to an open one.',
    cure: 'use the final address itself, or another server',
  },
  'http-too-large': {
    exit: 3,
    title: 'a file is larger than it can be',
    cause: 'A server sent more bytes than the file may have; it may be the wrong file or an attack.',
    cure: 'use another server',
  },
  'http-bad-url': {
    exit: 2,
    title: 'an address is not one that can be fetched',
    cause: 'Only http and https addresses can be fetched.',
    cure: 'write the address as `http://…` or `https://…`',
  },

  'image-not-found': {
    exit: 2,
    title: 'a registry does not have an image',
    cause:
      'The registry answers that there is no image of that name, tag or digest. Many say so of private ones too.',
    cure: 'correct `image:` in targetry.yaml, or log in to the registry with `docker login`',
  },
  'image-refused': {
    exit: 3,
    title: 'a registry does not let an image be read',
    cause:
      'The registry asks for a login, or the one in the configuration of Docker has no right to this image.',
    cure: 'log in to the registry with `docker login`; Targetry asks with the same name and password',
  },
  'image-not-for-cpu': {
    exit: 2,
    title: 'an image is not made for this CPU',
    cause: 'An image may be for one CPU or for several, and that of the target is not among them.',
    cure: 'name an image for the CPU, or take the CPU out of the targets',
  },
  'image-malformed': {
    exit: 3,
    title: 'an image can not be understood',
    cause:
      'What the registry sends is no manifest of the OCI or of Docker, or has layers of a kind that is not a tar with files.',
    cure: 'look at it with `docker manifest inspect`; very old images have to be pushed again by a newer Docker',
  },
  // packages
  'mirror-unreachable': {
    exit: 3,
    title: "a distro's package server can't be used",
    cause:
      'The server is down, can not be reached from this machine, or does not have what a mirror must have.',
    cure: 'check the address, or name another server: `--mirror http://…/debian`',
  },
  'release-not-found': {
    exit: 2,
    title: 'a server has no such release',
    cause:
      'The release is misspelled, is not released yet, or was removed from the server because it is too old.',
    cure: 'check the release in targetry.yaml, or name a server that still has it: `--mirror http://…/debian`',
  },
  'signature-missing': {
    exit: 3,
    title: 'a package index is not signed',
    cause:
      'What the server sent as InRelease is not one signed message: a captive portal, a broken mirror, or an attack.',
    cure: 'open the address with curl to see what it is, or name another server: `--mirror http://…/debian`',
  },
  'signature-bad': {
    exit: 3,
    title: 'the signature of a package index is wrong',
    cause:
      'The signed text was changed after it was signed, or the signature was damaged, or is of a kind too weak to count.',
    cure: 'name another server: `--mirror http://…/debian`; if all servers send this, tell the distro',
  },
  'signature-unknown-key': {
    exit: 3,
    title: 'a package index is signed by a key that is not trusted',
    cause:
      'None of the keys that signed the index belongs to the distro, as far as this version of Targetry knows.',
    cure: 'check that the server carries the distro itself; for a release newer than this Targetry, update Targetry',
  },
  'signature-key-expired': {
    exit: 3,
    title: 'a package index is signed by a key that expired',
    cause:
      'The key was valid once, but is no longer; old releases whose keys were not renewed end like this.',
    cure: 'check the clock of this machine, or move to a newer release',
  },
  'release-end-of-life': {
    exit: 3,
    title: 'a release of a distro is past its end of life',
    cause: 'The distro mends no security problems of this release any more, long-term support included.',
    cure: 'keep it where its old libc is what you build for; otherwise name a newer release',
  },
  'release-expired': {
    exit: 3,
    title: 'a package index is past its date',
    cause:
      'The index says until when it may be used, and that time is over: the mirror is stale, or someone replays an old one.',
    cure: 'name another server: `--mirror http://…/debian`; to let it pass, say `--allow-expired REPOSITORY`',
  },
  'release-from-future': {
    exit: 3,
    title: 'a package index is dated in the future',
    cause: 'The clock of this machine is wrong, or the index is.',
    cure: 'check the clock: `date`',
  },
  'release-expired-allowed': {
    exit: 3,
    title: 'a package index past its date was let through',
    cause:
      '`--allow-expired`, or the apt configuration of this machine, turns the check off. The lock notes it.',
    cure: 'nothing to do where that is intended; otherwise leave the option out, or remove `Acquire::Check-Valid-Until "false";` from apt.conf',
  },
  'suite-other-name': {
    exit: 3,
    title: 'a package index calls itself by another name',
    cause:
      'The release file of a repository names another suite than that it was asked for: the suite is a link to another one, or its owner got the name wrong.',
    cure: 'nothing to do where that is intended; otherwise write the name that it gives as `suite:`',
  },
  'repository-key': {
    exit: 2,
    title: 'there is no usable key for a repository',
    cause:
      'Each repository is trusted for its own key alone. Its file is missing, has no public key in it, or one that may not sign.',
    cure: 'save the public key of the repository, as its owner publishes it, and name the file with `key:`',
  },
  'repository-gone': {
    exit: 2,
    title: 'a locked package is of a repository that is no longer configured',
    cause:
      'The lock names repositories, not servers; targetry.yaml has no repository of that name and suite.',
    cure: 'add the repository to the environment again, or decide anew: `targetry lock --update`',
  },
  'index-invalid': {
    exit: 3,
    title: "a package index can't be read",
    cause: 'The file has the right signature or hash, but not the form that such a file has.',
    cure: 'name another server: `--mirror http://…/debian`',
  },
  'hash-mismatch': {
    exit: 3,
    title: 'a file has other bytes than it must have',
    cause:
      'The server sent a damaged or a different file, or a mirror changed while it was read. Nothing of it was kept.',
    cure: 'run the same command again; if it stays, name another server with `--mirror http://…/debian`, or decide anew with `targetry lock --update` where the hash in targetry.lock may be wrong',
  },
  'package-gone': {
    exit: 3,
    title: 'a package is gone from its servers',
    cause:
      'Distros delete a package when a newer one takes its place; or the server is not in step with its own index.',
    cure: 'decide anew with `targetry lock --update`, or name a server that still has it with `--mirror`',
  },
  'package-unverifiable': {
    exit: 3,
    title: 'a package has no hash of its files',
    cause:
      'An apk names the hash of its files in its control part, which its index vouches for. This one names none, so its files could not be checked.',
    cure: 'rebuild the package with a current abuild or melange',
  },
  'arch-not-in-release': {
    exit: 2,
    title: 'a release does not exist for a CPU',
    cause: 'The distro does not build this release for that CPU, or no longer does.',
    cure: 'choose another release for this target, or leave the target out',
  },
  'package-unknown': {
    exit: 2,
    title: 'there is no such package',
    cause: 'No index of the environment has a package of that name, and none that provides it.',
    cure: "check the spelling; on the distro's web pages you can see which release has the package",
  },
  'package-version-unknown': {
    exit: 2,
    title: 'a package has no such version',
    cause: 'The release has the package, but not in a version that the pin asks for.',
    cure: 'write a pin that one of the versions matches, such as `name=1.2.*`, or none',
  },
  'package-ambiguous': {
    exit: 2,
    title: 'a name stands for several packages',
    cause: 'It is a virtual package: several packages provide it, and none has that name itself.',
    cure: 'write the name of one of the packages that provide it',
  },
  'package-spec-invalid': {
    exit: 2,
    title: "a package can't be asked for like that",
    cause: 'A package is written `name`, `name=version`, `name=1.2.*` or, to keep it out, `-name`.',
    cure: 'write it in one of these forms',
  },
  'apk-newer': {
    exit: 3,
    title: 'a release has a newer apk than is known',
    cause:
      'Which packages apk chooses changed several times with its version, and that of this release is newer than those whose choice is known. It rarely matters.',
    cure: 'compare with `apk add --simulate` of the release, or update Targetry',
  },
  'packages-conflict': {
    exit: 2,
    title: 'the packages do not go together',
    cause:
      'A package needs another one that is missing, has the wrong version, was kept out, or conflicts with a third one.',
    cure: 'remove one of the packages that are named, or its pin',
  },
  // engines
  'step-not-failed': {
    exit: 2,
    title: 'no step has failed that could be looked into',
    cause:
      '`targetry shell --failed` opens what the step left behind that failed last. With a changed source or configuration it is another step, which has not run yet.',
    cure: 'run `targetry build` first; without `--failed` the shell opens before the first step',
  },
  'step-failed': {
    exit: 1,
    title: 'a step failed',
    cause: 'The command of a step ended with another exit code than 0, or a signal ended it.',
    cure: 'read the last lines of its output above, or the whole log',
  },
  'step-timeout': {
    exit: 1,
    title: 'a step took longer than it may',
    cause:
      'The step has a `timeout:`, and was still running when that time was over. All of its processes were killed.',
    cure: 'give the step more time, or find out what it waits for',
  },
  'artifact-missing': {
    exit: 1,
    title: 'the steps did not leave a file that is declared as an artifact',
    cause: 'The path of an artifact, after the last step, matches no regular file.',
    cure: 'compare `path:` of the artifact with what the steps write',
  },
  'source-changed': {
    exit: 1,
    title: 'a source file changed during the build',
    cause:
      'A file of the project was edited, or removed, between the moment its hash was taken and the moment it was copied. Building it would file the result under the wrong key.',
    cure: 'run the same command again; leave out a file that is written all the time, such as a log, with `source: { ignore: [...] }`',
  },
  'emulation-denied': {
    exit: 3,
    title: "this machine can't run programs of another CPU",
    cause:
      "The environment is for a CPU that isn't this machine's, so its steps run by QEMU, which the kernel must know. Targetry registers it inside its own user namespace (from Linux 6.7 on); else the machine itself must have a registration with the flag F. Both were tried, with a program of a few bytes.",
    cure: "compile across: set `builder:` to this machine's CPU and install a cross compiler in the environment; or register QEMU on the machine, as root, once: `apt-get install qemu-user-static`",
  },
  'buildkit-address': {
    exit: 2,
    title: 'the address of a BuildKit daemon was not understood',
    cause: '`--buildkit-addr`, BUILDKIT_HOST or DOCKER_HOST has a form that Targetry does not know.',
    cure: 'write `unix://PATH`, `tcp://HOST:PORT`, `docker://` or `docker-container://NAME`',
  },
  'buildkit-unreachable': {
    exit: 3,
    title: 'no BuildKit daemon answers',
    cause:
      'Nothing listens at the address that `--buildkit-addr`, BUILDKIT_HOST or DOCKER_HOST gives, or what listens there speaks something else.',
    cure: 'start one (`buildkitd`, or Docker), or say where it is with `--buildkit-addr` or BUILDKIT_HOST',
  },
  'buildkit-lost': {
    exit: 3,
    title: 'the connection to the BuildKit daemon broke in the middle of a build',
    cause:
      'The daemon was stopped or restarted, or the network between broke. The daemon ends the steps of a client that is gone.',
    cure: 'look whether the daemon runs, and run the same command again: it goes on from the steps that the daemon finished',
  },
  'buildkit-cannot': {
    exit: 3,
    title: 'a BuildKit daemon can not do what was asked',
    cause:
      'The daemon is too old for an operation of the build, or what was asked for is only in the embedded engine yet. Nothing was run: to leave a part out silently would build something else.',
    cure: 'use a newer daemon, or build on this machine with `--engine embedded`',
  },
  'buildkit-advisory': {
    exit: 3,
    title: 'the BuildKit daemon has a known hole',
    cause:
      'BuildKit before 0.31.1 lets a step get past the filter of system calls (GHSA-7236-3392-c5c6). The build goes on; what it runs is yours to trust.',
    cure: 'update BuildKit to 0.31.1 or newer',
  },
  'buildkit-log-clipped': {
    exit: 3,
    title: 'the BuildKit daemon left out a part of what a step printed',
    cause:
      "A daemon passes on 2 MiB of a step's output, and 200 kB in a second. The step itself is not touched by it.",
    cure: 'start the daemon with BUILDKIT_STEP_LOG_MAX_SIZE=-1 and BUILDKIT_STEP_LOG_MAX_SPEED=-1 in its environment',
  },
  'buildkit-foreign-cpu': {
    exit: 3,
    title: 'the BuildKit daemon can not run programs of that CPU',
    cause: "The step is for another CPU than the daemon's machine has, and no emulator is registered there.",
    cure: "register QEMU on the daemon's machine (`apt-get install qemu-user-static`), or compile across: set `builder:` to the CPU of the daemon",
  },
  'buildkit-disk-full': {
    exit: 3,
    title: "the BuildKit daemon's disk is full",
    cause: 'The daemon could not write what a step left behind, or what was sent to it.',
    cure: 'free its cache (`buildctl prune`, `docker builder prune`), or give it a larger disk',
  },
  'buildkit-graph-too-large': {
    exit: 3,
    title: 'the build is too large for one request to the BuildKit daemon',
    cause: 'A daemon takes graphs of 16 MiB, older ones of 4 MiB: some thousand steps for one target.',
    cure: 'use a newer daemon, or split the target',
  },
  'registry-rate-limit': {
    exit: 3,
    title: 'a registry refuses more requests for now',
    cause:
      'Too many images were pulled from it in a short time, by you or by others behind the same address.',
    cure: 'wait and run it again, or log in to the registry with `docker login`',
  },
  'buildkit-failed': {
    exit: 3,
    title: 'the BuildKit daemon could not do what was asked',
    cause: 'The daemon answered with an error that is not the exit code of a step.',
    cure: "look at the daemon's own words above, and at its log",
  },
  'engine-operation-not-yet': {
    exit: 3,
    title: 'the embedded engine does not know this operation yet',
    cause: 'The graph holds an operation that the embedded engine of this version can not run.',
    cure: 'build the same graph with BuildKit: `targetry graph --format pb | buildctl build`',
  },
  'file-change-failed': {
    exit: 1,
    title: 'files of a state could not be changed',
    cause:
      'The graph copies, makes or removes files, and what is there does not allow it: the source is missing, a folder is where a file should be, or an owner is not in /etc/passwd of that state.',
    cure: 'correct the paths in the program that makes the graph',
  },
  'secret-missing': {
    exit: 2,
    title: 'a secret that a step needs was not given',
    cause:
      'A step lists the name under `secrets`, and there is neither a variable of that name in the environment of the command nor a `--secret` for it.',
    cure: 'set the variable before the command, or give `--secret id=NAME,src=FILE`',
  },
  'secret-not-text': {
    exit: 2,
    title: 'a secret can not be a variable',
    cause: 'The value of the secret holds a zero byte; variables end there.',
    cure: 'take it as a file: `secrets: [{ name: NAME, path: /run/secrets/NAME }]`',
  },
  'cache-mount-unknown': {
    exit: 2,
    title: 'no cache has this name',
    cause: 'The name is neither the name nor the id of a cache that the store keeps.',
    cure: 'see them with `targetry cache mounts`',
  },
  'cache-mount-busy': {
    exit: 1,
    title: 'a cache can not be had right now',
    cause: 'A step that runs has the cache, or it was given up because a step that wrote to it failed.',
    cure: 'try again when the build is over',
  },
  'cache-file-invalid': {
    exit: 2,
    title: 'a file is no exported cache',
    cause: 'The file was not written by `targetry cache mounts export`, or it is damaged.',
    cure: 'export the cache again',
  },
  'cache-file-unwritable': {
    exit: 3,
    title: 'a cache could not be written to a file',
    cause: 'The folder of the file is not there, this user may not write to it, or the disk is full.',
    cure: 'name a file in a folder that can be written to',
  },
  'engine-not-linux': {
    exit: 3,
    title: 'the embedded engine needs Linux',
    cause: "Steps run in Linux namespaces of this machine's own kernel.",
    cure: 'run Targetry in a Linux virtual machine, WSL 2 included',
  },
  'engine-tool-missing': {
    exit: 3,
    title: 'a program that the embedded engine needs is missing',
    cause:
      'Namespaces and mounts are made by util-linux (unshare, setpriv, setsid, mount, umount) and coreutils (chroot, mkdir, mkfifo, rm).',
    cure: 'install the packages util-linux, mount and coreutils',
  },
  'engine-userns-denied': {
    exit: 3,
    title: 'this machine does not allow user namespaces',
    cause:
      'The embedded engine works in a user namespace of its own, as root too, and the kernel refused to make it.',
    cure: 'run `targetry doctor`, which names what forbids it',
  },
  'engine-store-unfit': {
    exit: 3,
    title: "the store's filesystem can not hold layers",
    cause:
      "The layers of steps are stacked with overlayfs, which needs a local filesystem with user attributes under them; a container's own filesystem and network filesystems don't serve.",
    cure: 'set TARGETRY_STORE to a folder on a local filesystem: ext4, xfs, btrfs or tmpfs',
  },
  'engine-worker-lost': {
    exit: 3,
    title: "the engine's worker ended before its steps",
    cause:
      'Steps run below a worker process, and something killed it: most often the kernel, when memory runs out. Finished results are kept.',
    cure: 'run the same command again, with fewer targets at once if memory is short',
  },
  'engine-one-id': {
    exit: 3,
    title: 'this user has no ids for the users of a root',
    cause:
      "An ordinary user has one id. Unless the machine grants a range of others, everything in a step belongs to it: the step's user can't be another than root, and files that are given away stay where they are.",
    cure: 'install the package uidmap and grant this user a range in /etc/subuid and /etc/subgid',
  },
  'engine-shared-proc': {
    exit: 3,
    title: 'steps see the processes around them',
    cause:
      'Most containers hide parts of /proc, and then the kernel mounts no new one for a step. Steps get the one that is there: they see names and command lines of the processes in this container, and can neither end them nor look into them; only steps that run at the same time can look into each other. A step that asks for its own number gets that of the container, not that of its sandbox.',
    cure: 'with Docker add `--security-opt systempaths=unconfined`; in Kubernetes set `procMount: Unmasked`',
  },
  'engine-refused': {
    exit: 3,
    title: 'this machine refused a part of the sandbox',
    cause: 'The kernel or its configuration refused a mount or a namespace that a step needs.',
    cure: 'run `targetry doctor`, which tries each part by itself',
  },

  'tool-registry-unknown': {
    exit: 3,
    title: 'nothing says which registry to ask',
    cause:
      '`tools:` are fetched from the registry that npm or pip of this machine use. Their configuration names none, and the program itself is not there to be asked.',
    cure: 'set `registry=` in ~/.npmrc for npm, or `index-url` in pip.conf or PIP_INDEX_URL for PyPI',
  },
  'tool-not-found': {
    exit: 2,
    title: 'the registry does not have a tool',
    cause: 'Under `tools:` a package or a version is named that the registry of this machine does not know.',
    cure: 'correct the name and the version in targetry.yaml',
  },
  'tool-not-for-root': {
    exit: 2,
    title: 'a tool is not made for this root',
    cause:
      'A package has programs for certain systems, CPUs and versions of libc, and that of the environment is not among them.',
    cure: 'choose another version of the tool, or a package of the distro in its place',
  },
  'tool-needs-more': {
    exit: 2,
    title: 'a tool needs more than to be unpacked',
    cause:
      'Tools are unpacked by Targetry itself, which runs nothing of them. This package needs other packages, scripts that run when it is installed, or to be built.',
    cure: 'install it in a step with `network: true`, by npm or pip of the environment',
  },
  'tool-needs-interpreter': {
    exit: 2,
    title: 'a tool needs an interpreter that the root does not have',
    cause:
      "The programs of a package are scripts, and the environment has no interpreter for them, such as Python's.",
    cure: 'add the interpreter to `packages:` of the environment: `python3`, `nodejs`',
  },
  'tool-no-program': {
    exit: 2,
    title: 'a tool has no program',
    cause: 'A package under `tools:` brings nothing that could be put on PATH.',
    cure: 'leave it out, or install what it is for in a step',
  },
  'tool-clash': {
    exit: 2,
    title: 'two tools bring the same program',
    cause:
      'Two packages under `tools:` both have a program of one name, and only one of them can be found on PATH.',
    cure: 'leave one of them out',
  },
  'tool-hash-missing': {
    exit: 3,
    title: 'a registry tells no hash of a file',
    cause:
      'What a registry sends is only taken where the registry has told a strong hash of it beforehand. Some mirrors leave it away.',
    cure: 'use another registry, or another version of the tool',
  },
  // explain
  'log-unreadable': {
    exit: 2,
    title: 'a log can not be read',
    cause: 'There is no file of that name, or this user may not read it.',
    cure: 'check the path, or pipe the log: `targetry explain - < LOG`',
  },
  'log-missing': {
    exit: 2,
    title: 'there is no log to explain',
    cause:
      'Without a name, the log of the last step that failed in this project is read, and none is noted in the store.',
    cure: 'name a log: `targetry explain LOG`, or `-` for one that is piped',
  },
  // lock
  'lock-unreadable': {
    exit: 2,
    title: 'targetry.lock was changed by hand, or is not a lock',
    cause: 'The lock is read only in the exact form in which `targetry lock` writes it.',
    cure: 'restore the file from git, or delete it and run `targetry lock`',
  },
  'lock-newer': {
    exit: 2,
    title: 'targetry.lock was written by a newer Targetry',
    cause: 'The form of the lock changed since this version.',
    cure: 'update Targetry: `npm install targetry@latest`; or delete targetry.lock, and `targetry lock` decides everything anew',
  },
  'lock-merge': {
    exit: 2,
    title: 'targetry.lock has an unfinished merge in it',
    cause: 'git could not merge two versions of the lock, and its marks are still in the file.',
    cure: 'take either side (`git checkout --theirs targetry.lock`) and run `targetry lock`',
  },
} as const satisfies Record<string, CodeInfo>;

export type Code = keyof typeof codes;
