/**
 * Where a user has no id besides their own, every file of a step belongs to it, and giving a file away fails; `tar` as
 * root, or `install -o`, would fail with it. So these system calls are answered with "done": ownership is lost, and
 * the build goes on. The filter is loaded by the starter, else by perl, which every Debian has; without either the calls
 * fail as the kernel says.
 */
const codes = { load: 0x20, jumpIfEqual: 0x15, jumpIfAtLeast: 0x35, answer: 0x06 } as const;
const allow = 0x7fff0000;
const done = 0x00050000;

interface CallTable {
  /** AUDIT_ARCH_… */
  readonly arch: number;
  readonly prctl: number;
  /** chown, fchown, lchown, fchownat, and all set*id. */
  readonly calls: readonly number[];
}

const tables: Readonly<Partial<Record<NodeJS.Architecture, CallTable>>> = {
  x64: {
    arch: 0xc000003e,
    prctl: 157,
    calls: [92, 93, 94, 105, 106, 113, 114, 116, 117, 119, 122, 123, 260],
  },
  arm64: { arch: 0xc00000b7, prctl: 167, calls: [54, 55, 143, 144, 145, 146, 147, 149, 151, 152, 159] },
};

/** A command that runs the rest of its line under the filter; empty where there is none for this machine. */
export function pretendOwnership(perl: string | undefined): string {
  const table = tables[process.arch];
  if (table === undefined || perl === undefined) return '';
  const script =
    '$f=pack("H*",shift);$p=pack("Sx6P",length($f)/8,$f);' +
    `syscall(${table.prctl},22,2,$p,0,0)==0||warn("seccomp: $!\\n");exec{$ARGV[0]}@ARGV`;
  return `${perl} -e '${script}' ${filter(table).toString('hex')}`;
}

/** The filter for a program that loads it by itself; empty where there is none for this machine. */
export function ownershipFilter(): string {
  const table = tables[process.arch];
  return table === undefined ? '' : filter(table).toString('hex');
}

function filter({ arch, calls }: CallTable): Buffer {
  const x32 = 0x40000000;
  const length = calls.length + 6;
  const toAllow = (at: number) => length - 2 - at - 1;
  const toDone = (at: number) => length - 1 - at - 1;
  return Buffer.concat([
    instruction(codes.load, 0, 0, 4),
    instruction(codes.jumpIfEqual, 0, toAllow(1), arch),
    instruction(codes.load, 0, 0, 0),
    instruction(codes.jumpIfAtLeast, toAllow(3), 0, x32),
    ...calls.map((call, index) => instruction(codes.jumpIfEqual, toDone(4 + index), 0, call)),
    instruction(codes.answer, 0, 0, allow),
    instruction(codes.answer, 0, 0, done),
  ]);
}

function instruction(code: number, jumpTrue: number, jumpFalse: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(jumpTrue, 2);
  bytes.writeUInt8(jumpFalse, 3);
  bytes.writeUInt32LE(value, 4);
  return bytes;
}
