import type { FailureClass } from '../failure-class.ts';

export const glibcTooOld: FailureClass = {
  class: 'glibc-too-old',
  signs: [
    {
      says: /'(?<need>GLIBC_[\d.]+)' ?(?:找不到|未找到|nicht gefunden|introuvable|non trouvée?|no encontrad[ao]|não encontrad[ao]|non trovat[ao]|не найдена|не найдено|не найден|が見つかりません)/,
      sure: 0.94,
    },
    {
      says: /\b(?:glibc|GNU libc)(?: version)? (?:>= ?|must be (?:at least )?|needs to be )(?<need>2\.\d+)/,
      unless: /manylinux|musl|__glibc/,
      sure: 0.86,
    },
    {
      says: /\b__glibc >=(?<need>2\.\d+)/,
      unless: /^\s*[-+] |run_constrained|pinning/,
      beside:
        /Unsatisfiable|missing on the system|nothing provides|not available|conflict|could not be satisfied|cannot install|fails/,
      within: 6,
      sure: 0.88,
    },
    {
      says: /(?:glibc|GLIBC)(?: version)? '?(?<has>2\.\d+)'? (?:is less than|is lower than|detected,|found, but|< )/,
      sure: 0.84,
    },
    {
      says: /(?:requires?|needs?) (?:glibc|GLIBC) ?(?:>= ?|version )?(?<need>2\.\d+).{0,20}(?:found|has|have|got|but)\b/,
      sure: 0.9,
    },
    {
      says: /Missing GLIBC >= (?<need>[\d.]+)|may not meet VS Code Server's prerequisites for glibc/,
      sure: 0.9,
    },
    {
      says: /(?:未找到版本|找不到版本|no se encontró la versión) ?.{0,3}GLIBC_(?<need>2\.\d+|ABI_\w+)|\bGLIBC_(?<need2>2\.\d+|ABI_\w+).{1,4}(?:nicht gefunden|non trouv|no encontrada|non trovat|não (?:encontrad|localizad)|не найден|未找到|が見つかりません)/,
      sure: 0.95,
    },
    { says: /version 'GLIBC_(?<need>[0-9.]+|ABI_\w+)' not found/, sure: 0.97 },
    {
      says: /\bGLIBC_(?<need>2\.\d+|ABI_\w+)'? ?\(?(?:not found|not defined|is missing|could not be found|required by|needed by)/,
      unless: /undefined reference/,
      sure: 0.9,
    },
    {
      says: /(?:requires?|needs?|wants|expects?) (?:at least )?(?:glibc|GNU libc|GNU C Library)\b.{0,12}(?<need>2\.\d+)/,
      unless: /manylinux|musl/,
      sure: 0.75,
    },
    {
      says: /(?:glibc|GNU libc|GNU C Library)(?: version)?(?: v?2\.\d+)? (?:is )?too old|unsupported glibc version|glibc.{1,30}is older than/,
      sure: 0.85,
    },
  ],
  cause:
    'a program or library was built against glibc {need|of a newer release}, and the system that runs it has an older one',
  cure: 'build it in an environment with an older glibc (`promise: ["glibc:2.28"]` tells before a build), take a build for an older distro, or run it on a newer release',
  explains: ['runtime-lib-missing', 'npm-optional-dep-missing'],
  references: [
    'https://github.com/bytecodealliance/componentize-go/issues/50',
    'https://github.com/rafatosta/zapzap/issues/421',
  ],
  examples: [
    "./componentize-go: /lib/aarch64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by ./componentize-go)",
    "./zapzap: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_ABI_DT_RELR' not found (required by /tmp/.mount_ZapZap/_internal/libz.so.1)",
    "node: /lib64/libc.so.6: version `GLIBC_2.28' not found (required by node)",
  ],
  lookAlikes: [
    "/usr/bin/ld: libraylib.so: undefined reference to `dlclose@GLIBC_2.34'",
    'checking for GLIBC_2.34... not found',
  ],
};
