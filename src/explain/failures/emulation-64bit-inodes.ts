import type { FailureClass } from '../failure-class.ts';

export const emulation64bitInodes: FailureClass = {
  class: 'emulation-64bit-inodes',
  signs: [{ says: /Value too large for defined data type|\bEOVERFLOW\b|\(os error 75\)/, sure: 0.85 }],
  cause:
    'a 32-bit program meets file numbers, sizes or dates that need 64 bits: typical of 32-bit ARM emulated on a 64-bit file system, and of programs built without large file support',
  cure: 'build on a file system with small inode numbers (ext4 without dir_index hashes of 64 bits, tmpfs), build with `-D_FILE_OFFSET_BITS=64`, or compile across in place of emulating',
  references: [
    'https://gitlab.com/qemu-project/qemu/-/issues/263',
    'https://github.com/rust-lang/cargo/issues/8719',
  ],
  examples: [
    "warning: spurious network error: could not read directory '/root/.cargo/registry/index/': Value too large for defined data type; class=Os (2)",
    'cc1: fatal error: src/x.c: Value too large for defined data type',
  ],
  lookAlikes: ['error: value too large for column "name"'],
};
