import type { CodeInfo } from './code-info.ts';

/** What the engine, the machine below it, or a daemon says. */
export const engineCodes = {
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
      "A daemon passes on 2 MiB of a step's output, and 200 kB in a second. Targetry gets the rest from files that the step's shell writes beside, but not of a step that has secrets, that has no shell, `tee` or `mkfifo`, or that fails on a daemon which doesn't tell what it left. The step itself is not touched by it.",
    cure: 'start the daemon with BUILDKIT_STEP_LOG_MAX_SIZE=-1 and BUILDKIT_STEP_LOG_MAX_SPEED=-1 in its environment',
  },
  'buildkit-foreign-cpu': {
    exit: 3,
    title: 'the BuildKit daemon can not run programs of that CPU',
    cause: "The step is for another CPU than the daemon's machine has, and no emulator is registered there.",
    cure: "register QEMU on the daemon's machine (`apt-get install qemu-user-static`); or compile across: set `builder:` to the CPU of the daemon; or take this machine (`--engine embedded`), which needs nothing registered",
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
  'result-place-unused': {
    exit: 3,
    title: 'results could not be taken from a place that `cache:` names',
    cause:
      'The BuildKit daemon does not reach the place, may not read it, or does not know its kind; or a step of a GitHub workflow has no token for the cache. The build goes on and makes what it needs.',
    cure: 'let the daemon reach it and log in with `docker login`; in a workflow, export ACTIONS_RUNTIME_TOKEN and ACTIONS_RESULTS_URL to the step',
  },
  'results-not-kept': {
    exit: 3,
    title: 'results could not be left in a place that `cache:` names',
    cause:
      'The BuildKit daemon does not reach the place or may not write there. What was built is whole; others will build it again.',
    cure: 'let the daemon reach it, and log in with `docker login` as somebody who may write',
  },
  'builder-left-out': {
    exit: 3,
    title: 'one of several builders does not answer',
    cause:
      'A daemon that `--builder` or `builders:` names did not answer when the build began. The build goes on without it.',
    cure: 'start it again, or leave it out of `builders:`',
  },
  'builder-lost': {
    exit: 3,
    title: 'one of several builders was lost in the middle of a build',
    cause:
      "A daemon was stopped, its machine or the network between failed, its disk is full, or it can do no part of the build. What it was building is built once more by another builder; that is tried once for each target, as a target that ends two builders has a trouble of its own (the machine's memory, mostly).",
    cure: 'look at the log of that daemon; the build itself needs nothing',
  },
  'builder-cannot': {
    exit: 3,
    title: 'one of several builders can not do some of the targets',
    cause:
      'A daemon is too old for an operation of these targets, takes no graph of their size, or runs no programs of their CPU. They, and others that need the same, go to other builders; it builds the rest.',
    cure: 'update that daemon, or register QEMU on its machine; the build itself needs nothing',
  },
  'builder-none': {
    exit: 3,
    title: 'no builder can do it',
    cause:
      'No daemon of those that `--builder` or `builders:` name answers, all of them were lost in the middle of the build, or none runs programs of the CPU that a target is built on.',
    cure: 'look whether the daemons run (`targetry doctor` asks each), name others with `--builder`, or build on this machine with `--engine embedded`',
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
    cure: 'build the same with BuildKit: `targetry build --engine buildkit`',
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
  'ssh-agent-missing': {
    exit: 2,
    title: 'an ssh agent that a step needs was not given',
    cause:
      'A step of the graph mounts the socket of an ssh agent, and the build was not told of an agent by that id, or none answers there.',
    cure: 'start an agent (`eval $(ssh-agent); ssh-add`), and give its socket, the value of SSH_AUTH_SOCK, with `agents`',
  },
  'secret-not-text': {
    exit: 2,
    title: 'a secret can not be a variable',
    cause:
      'The value of the secret holds a zero byte, where variables end, or is longer than the 128 KiB that Linux lets one have.',
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

  'mirror-unknown': {
    exit: 3,
    title: 'nothing says where the packages of a distro are',
    cause:
      'Debian’s packages come from the servers that the apt of this machine is set to, and it names none: a machine of another distro, or an empty /etc/apt.',
    cure: 'name a mirror with `--mirror URL`, as a sources.list has it: `--mirror http://mirror.example/debian`; what stands at `http://mirror.example/debian-security` is the security archive. `mirrors: { debian: … }` in `~/.config/targetry/config.yaml` names it for good. A service that keeps every day takes `{timestamp}` for the moment: `--mirror http://mirror.example/archive/debian/{timestamp}`',
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
} as const satisfies Record<string, CodeInfo>;
