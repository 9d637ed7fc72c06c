/** The system calls that filters of containers are known to block, and who misses them. */
export type CpuWithCalls = 'amd64' | 'arm64';

export interface SystemCall {
  readonly name: string;
  readonly numbers: Readonly<Record<CpuWithCalls, number>>;
  /** The first Linux that has it. */
  readonly since: readonly [major: number, minor: number];
  /** None of them does anything: a kernel that has the call says what is wrong with them. */
  readonly args: readonly number[];
  /**
   * What "not permitted" means to a build. `breaks`: programs that everybody uses give up. `hinders`: a few do. `noted`:
   * containers often forbid it, and who uses it knows that.
   */
  readonly weight: 'breaks' | 'hinders' | 'noted';
  /** Who gives up, as a part of a sentence. */
  readonly victims: string;
  /** The first Docker whose own profile allows it. */
  readonly docker?: string;
}

/** The number is the same on every CPU, as all are that came after 2019. */
const everywhere = (number: number) => ({ amd64: number, arm64: number });

const noFile = -1;
const wrongFlags = 0x7fff_0000;

export const systemCalls: readonly SystemCall[] = [
  {
    name: 'faccessat2',
    numbers: everywhere(439),
    since: [5, 8],
    args: [noFile, 0, 0, wrongFlags],
    weight: 'breaks',
    victims:
      'make, test and bash of Alpine 3.14 and later say "Operation not permitted" of files that are there',
    docker: '20.10.0',
  },
  {
    name: 'clone3',
    numbers: everywhere(435),
    since: [5, 3],
    args: [0, 0],
    weight: 'breaks',
    victims: 'programs of glibc 2.34 and later (Debian 12, Ubuntu 22.04) start no threads and no processes',
    docker: '20.10.10',
  },
  {
    name: 'statx',
    numbers: { amd64: 332, arm64: 291 },
    since: [4, 11],
    args: [noFile, 0, wrongFlags, 0, 0],
    weight: 'breaks',
    victims: 'ls, stat, cp, Rust and Node can ask nothing about a file',
  },
  {
    name: 'fchmodat2',
    numbers: everywhere(452),
    since: [6, 6],
    args: [noFile, 0, 0, wrongFlags],
    weight: 'breaks',
    victims: 'tar and install of the newest distros can not set the mode of a file',
  },
  {
    name: 'openat2',
    numbers: everywhere(437),
    since: [5, 6],
    args: [noFile, 0, 0, 0],
    weight: 'hinders',
    victims: 'programs that open files below a folder only, as newer tar and container tools, give up',
    docker: '20.10.0',
  },
  {
    name: 'close_range',
    numbers: everywhere(436),
    since: [5, 9],
    args: [1, 0, 0],
    weight: 'hinders',
    victims: 'programs that start others with a clean slate give up or take long',
  },
  {
    name: 'memfd_create',
    numbers: { amd64: 319, arm64: 279 },
    since: [3, 17],
    args: [0, wrongFlags],
    weight: 'hinders',
    victims: 'just-in-time compilers and test suites that keep files in memory give up',
  },
  {
    name: 'copy_file_range',
    numbers: { amd64: 326, arm64: 285 },
    since: [4, 5],
    args: [noFile, 0, noFile, 0, 0, 0],
    weight: 'hinders',
    victims: 'cp, Go and Rust fail to copy files',
  },
  {
    name: 'pidfd_open',
    numbers: everywhere(434),
    since: [5, 3],
    args: [0, 0],
    weight: 'noted',
    victims: 'few programs need it',
  },
  {
    name: 'io_uring_setup',
    numbers: everywhere(425),
    since: [5, 1],
    args: [0, 0],
    weight: 'noted',
    victims: 'programs that use it fall back to slower input and output',
  },
  {
    name: 'ptrace',
    numbers: { amd64: 101, arm64: 117 },
    since: [2, 6],
    // Of a process that can't be.
    args: [2, -1, 0, 0],
    weight: 'noted',
    victims: 'debuggers, strace and the leak check of sanitizers do not work',
  },
  {
    name: 'personality',
    numbers: { amd64: 135, arm64: 92 },
    since: [2, 6],
    // Addresses as they are without randomisation; the program ends right after.
    args: [0x004_0000],
    weight: 'noted',
    victims: 'gdb, setarch and some builds of Lisp and Emacs can not switch off address randomisation',
  },
];
