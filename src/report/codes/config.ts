import type { CodeInfo } from './code-info.ts';

/** What is wrong in targetry.yaml, or with the lock beside it. */
export const configCodes = {
  'config-exists': {
    exit: 2,
    title: 'there is a targetry.yaml already',
    cause: '`targetry init` writes a first targetry.yaml and never overwrites one.',
    cure: 'change the file that is there; to start anew, move it away first',
  },
  'image-clash': {
    exit: 2,
    title: 'an image would have two contents at once',
    cause:
      'Under one name an image has one file system for each CPU. Two targets of one CPU, or two kinds of images, would get the same name; or an image to test in would be of another CPU than what is tested.',
    cure: 'choose targets with `only:` and `except:`, or tell the images apart by placeholders in `name:`',
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
