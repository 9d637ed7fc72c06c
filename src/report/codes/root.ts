import type { CodeInfo } from './code-info.ts';

/** What the store and the roots in it can meet. */
export const rootCodes = {
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
    cause: 'What is asked for is written into a folder that is new or empty, and never over something else.',
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
} as const satisfies Record<string, CodeInfo>;
