import type { FailureClass } from '../failure-class.ts';

export const rustTargetMissing: FailureClass = {
  class: 'rust-target-missing',
  signs: [
    {
      says: /can't find crate for '(?:panic_abort|panic_unwind|compiler_builtins|profiler_builtins)'|(?<target>wasm32-[\w-]+) target not found|'(?<target2>[\w.]+-[\w.-]+)' target (?:is|was) not installed/,
      sure: 0.9,
    },
    { says: /(?<target>[\w-]+) target not found in sysroot/, sure: 0.94 },
    {
      says: /does not exist, unable to build with the standard library/,
      sure: 0.9,
      cause: "the source of Rust's standard library, which -Zbuild-std builds, is not installed",
      cure: '`rustup component add rust-src` for the toolchain that builds',
    },
    { says: /can't find crate for '(?:core|std|alloc)'/, sure: 0.94 },
    { says: /the '(?<target>[^']+)' target may not be installed/, sure: 0.97 },
    {
      says: /(?:error: )?(?:toolchain .{0,60}does not (?:contain|support|have) (?:component|target) .{0,20}|component 'rust-std' (?:for target|.{0,40}is unavailable)).{0,80}/,
      sure: 0.88,
    },
    {
      says: /rustup target add (?<target>[\w-]+)/,
      unless: /^(?:\+|RUN|\$|info)|[Ww]e \w+|explicitly/,
      sure: 0.85,
    },
    {
      says: /(?:target|Rust target) '?(?<target>[\w-]+-(?:linux|unknown|apple|pc)-[\w-]+)'? (?:is )?not (?:installed|found)/,
      sure: 0.88,
    },
    { says: /Could not find specification for target|error loading target specification/, sure: 0.72 },
  ],
  cause: "Rust's standard library for {target|{target2|the target}} is not installed",
  cure: "`rustup target add {target|{target2|TARGET}}` for the toolchain in use (rust-toolchain.toml may name another: list it under `targets` there), or the distro's package (`libstd-rust-dev`, rust-std-static-…)",
  references: ['https://rust-lang.github.io/rustup/cross-compilation.html'],
  examples: [
    "error[E0463]: can't find crate for `core`\n  |\n  = note: the `x86_64-unknown-linux-musl` target may not be installed\n  = help: consider downloading the target with `rustup target add x86_64-unknown-linux-musl`",
    "error[E0463]: can't find crate for `std`",
  ],
  lookAlikes: [
    "error[E0463]: can't find crate for `serde_derive`",
    'error: linker `aarch64-linux-gnu-gcc` not found',
  ],
};
