import type { FailureClass } from '../failure-class.ts';

export const npmOptionalDepMissing: FailureClass = {
  class: 'npm-optional-dep-missing',
  signs: [
    {
      says: /Could not resolve module '(?<package>\S+\.(?:linux|darwin|win32)-(?:x64|arm64|arm|ia32)[\w.-]*\.node)'/,
      sure: 0.92,
    },
    {
      says: /[Cc]an ?not find node binding files from (?<package>\S+)|Unable to resolve (?<package2>@[\w.-]+\/[\w.-]*(?:linux|darwin|win32)-[\w-]+)|Could not find npm package '(?<package3>@[\w.-]+\/[\w.-]*(?:linux|darwin|win32)-[\w-]+)'|\bnative binary was not found|binary for this platform\/architecture not found/,
      sure: 0.9,
    },
    {
      says: /did not find the correct binary for your platform|could not locate the Query Engine for runtime|Cannot find module '(?<package>[\w@./-]+-(?:linux|darwin|windows)-(?:64|32|arm64|arm)\/)/,
      sure: 0.92,
    },
    {
      says: /Cannot find module '\.\.\/pkg'/,
      beside: /lightningcss/,
      within: 4,
      sure: 0.9,
    },
    { says: /could not find a binding for your current environment/, sure: 0.82 },
    { says: /No native build was found for (?:platform|runtime)=/, sure: 0.88 },
    {
      says: /\bEBADPLATFORM\b|ERR_PNPM_UNSUPPORTED_PLATFORM/,
      sure: 0.9,
    },
    {
      says: /Unsupported platform for (?<package>\S+): wanted/,
      unless: /^npm (?:WARN|warn)|SKIPPING OPTIONAL/,
      sure: 0.92,
    },
    {
      says: /'(?<package>\w+-\w+)' binaries cannot be used on the '\w+-\w+' platform/,
      unless: /'linuxmusl-\w+' binaries|the 'linuxmusl-/,
      sure: 0.9,
    },
    {
      says: /Cannot find (?:module|package) '?(?<package>@[\w.-]+\/[\w.-]*(?:linux|darwin|win32|linuxmusl)-(?:musl|gnu|gnueabihf|universal|msvc))\b/,
      sure: 0.93,
    },
    { says: /npm has a bug related to optional dependencies/, sure: 0.97 },
    {
      says: /Cannot find (?:module|package) '?(?<package>@?[\w./-]*(?:linux|darwin|win32|freebsd|linuxmusl|android)-(?:x64|arm64|arm|ia32|x86_64|aarch64|riscv64|s390x|ppc64)[\w.-]*)/,
      sure: 0.94,
    },
    {
      says: /Cannot find (?:module|package) '?(?:\.{0,2}\/)?(?<package>\S*\.(?:linux|darwin|win32)-(?:x64|arm64|arm|ia32)[\w.-]*\.node)/,
      sure: 0.94,
    },
    {
      says: /You installed esbuild for another platform|The package '(?<package>[\w@./-]+)' could not be found, and is needed/,
      sure: 0.96,
    },
    { says: /Could not load the '(?<package>[^']+)' module using the \S+ runtime/, sure: 0.95 },
    {
      says: /Cannot find native binding|Failed to load native binding/,
      unless: /GLIBC|ERR_DLOPEN/,
      without: /version 'GLIBC|symbol not found|ld-linux/,
      sure: 0.86,
    },
    {
      says: /(?:Failed to load|Unable to find|could not find|couldn't find|No (?:prebuilt|native) |Failed to find).{0,80}(?:SWC|native|platform|prebuil[td]|prebuild|turbo|binary package|binary for|optional dependenc)/,
      unless:
        /download|prebuild-install|gyp|GLIBC|source file|libclang|native static library|load LLB|certificates/,
      sure: 0.72,
    },
    { says: /No prebuild or local build of (?<package>\S+) found/, sure: 0.88 },
    {
      says: /(?<package>@\w[\w-]*\/[\w-]*(?:linux|darwin|win32|linuxmusl)-(?:x64|arm64|arm)\S*).{0,80}(?:not (?:found|installed)|missing|could not be (?:found|resolved|loaded))/,
      sure: 0.9,
    },
    {
      says: /turbo.{0,60}(?:did not find a platform binary|Unable to find a (?:platform )?binary)|platform-specific (?:package|binary|optional dependency).{0,60}(?:not (?:found|installed)|missing)/,
      sure: 0.88,
    },
    {
      says: /(?:Unsupported platform|unsupported (?:OS|architecture)).*(?:no native|native binding)/,
      sure: 0.8,
    },
  ],
  cause:
    'the package for this platform {package|} was not installed: node_modules or the lock were made on another CPU, system or libc, or optional dependencies were left out',
  cure: 'install where it runs: remove node_modules and run `npm ci` there; never copy node_modules across libc or CPU. Where the lock lacks the entry, make it anew (`rm -rf node_modules package-lock.json && npm install`, or `npm install --os=linux --cpu=x64 --libc=musl`); not `--omit=optional`',
  explains: ['runtime-lib-missing'],
  references: ['https://github.com/npm/cli/issues/4828'],
  examples: [
    'ERROR  Cannot find module @rollup/rollup-linux-x64-musl. npm has a bug related to optional dependencies (https://github.com/npm/cli/issues/4828). Please try npm i again after removing both package-lock.json and node_modules directory.',
    'Error: Could not load the "sharp" module using the linux-x64 runtime',
    'Error: The package "@esbuild/linux-x64" could not be found, and is needed by esbuild.',
  ],
  lookAlikes: [
    "Error: Cannot find module './routes/user'",
    'npm WARN optional SKIPPING OPTIONAL DEPENDENCY: Unsupported platform for fsevents@2.3.2',
  ],
};
