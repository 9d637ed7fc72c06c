import type { CodeInfo } from './code-info.ts';

/** What a command or the work behind it can meet. */
export const operationCodes = {
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
  'certificates-unknown': {
    exit: 3,
    title: "a step with a network may not know a proxy's certificate",
    cause:
      'Nothing came from a step for a minute. This machine trusts certificates of its own (NODE_EXTRA_CA_CERTS), as behind a proxy that opens TLS, and the step has none of them: npm, for one, tries again for minutes before it says so.',
    cure: 'give the step the file of certificates as a secret, as docs/secrets.md shows',
  },
  'source-unreadable': {
    exit: 3,
    title: 'a file of the project could not be read',
    cause:
      "A file that belongs to the source, or git's own list of files, has no read permission or is damaged.",
    cure: 'make the file readable for you, or leave it out with `source: { ignore: [...] }`',
  },
  'submodule-absent': {
    exit: 2,
    title: 'a submodule of git is not checked out',
    cause:
      'The source is what git tracks, with what its submodules track. The files of a submodule come with `git clone --recursive` or `git submodule update --init`; in CI the checkout has to be told.',
    cure: 'check the submodule out (`actions/checkout` takes `submodules: recursive`), or leave it out with `source: { ignore: [...] }` where the build needs none of it',
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
  'library-newer': {
    exit: 2,
    title: 'a library was built for a newer glibc than what is linked with',
    cause:
      'A library that the release of `--libc` lacks is taken from the machine, or was named by a folder, and it asks for a newer glibc. The linker would call its symbols undefined, or a shared library would be made that needs the newer glibc all the same.',
    cure: 'take the library of that release, by its package after `+` in `--libc`, or a newer release',
  },
  'compile-contradiction': {
    exit: 2,
    title: 'the options of a compilation contradict each other',
    cause:
      'Two options of `targetry cc` or of the compiler exclude each other, or the libc that was named lacks what one of them needs.',
    cure: 'leave one of the two out; for C++ with musl use `--libc alpine`, which has a C++ library for it',
  },
  'closure-incomplete': {
    exit: 1,
    title: 'a library that a program needs is not where its libraries are taken from',
    cause:
      'A run closure has every library that a program and its libraries name. One of them is in none of the folders in which the loader looks, so the program would not start.',
    cure: 'add the package with the library to the environment, or name its folder with `--runtime FOLDER`',
  },
  'closure-unfit': {
    exit: 2,
    title: 'a file has no run closure',
    cause:
      'A closure is made of programs and shared libraries, all for one CPU. Scripts, archives and packages name no libraries that a loader would open.',
    cure: 'name the program or library itself; of an archive, unpack it first',
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
    cure: 'name a log, `targetry explain LOG`, or pipe one: `make 2>&1 | targetry explain`',
  },
} as const satisfies Record<string, CodeInfo>;
