/** A program under a filter of system calls, as an old container has one: loaded by perl, which needs no compiler. */

const codes = { load: 0x20, jumpIfEqual: 0x15, answer: 0x06 } as const;
const allow = 0x7fff0000;
const withError = 0x00050000;
const x64 = 0xc000003e;

const errors = { EPERM: 1, ENOSYS: 38 } as const;

/** Words before a command that gets no more rights than this process has, whatever it starts. */
export const withoutNewPrivileges = ['perl', '-e', 'syscall(157,38,1,0,0,0)==0||die;exec{$ARGV[0]}@ARGV'];

/** The words before a command of root's that is to be answered with an error to these calls of x64. */
export function answering(error: keyof typeof errors, ...calls: readonly number[]): string[] {
  const filter = Buffer.concat([
    instruction(codes.load, 0, 0, 4),
    instruction(codes.jumpIfEqual, 0, calls.length + 1, x64),
    instruction(codes.load, 0, 0, 0),
    ...calls.map((call, index) => instruction(codes.jumpIfEqual, calls.length - index, 0, call)),
    instruction(codes.answer, 0, 0, allow),
    instruction(codes.answer, 0, 0, withError | errors[error]),
  ]);
  const script =
    '$f=pack("H*",shift);$p=pack("Sx6P",length($f)/8,$f);' +
    'syscall(157,22,2,$p,0,0)==0||die "seccomp: $!";exec{$ARGV[0]}@ARGV';
  return ['perl', '-e', script, filter.toString('hex')];
}

function instruction(code: number, jumpTrue: number, jumpFalse: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(jumpTrue, 2);
  bytes.writeUInt8(jumpFalse, 3);
  bytes.writeUInt32LE(value, 4);
  return bytes;
}
