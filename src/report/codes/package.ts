import type { CodeInfo } from './code-info.ts';

/** What repositories, registries and their packages do. */
export const packageCodes = {
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
    cure: 'decide anew with `targetry lock --update`, name a server that still has it with `--mirror`, or take the one of the release itself: `NAME/RELEASE` in `packages:`',
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
} as const satisfies Record<string, CodeInfo>;
