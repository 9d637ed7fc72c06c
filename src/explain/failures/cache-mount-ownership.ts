import type { FailureClass } from '../failure-class.ts';

export const cacheMountOwnership: FailureClass = {
  class: 'cache-mount-ownership',
  signs: [
    {
      says: /operation not permitted, (?:open|mkdir|rename|unlink) '(?<path>[^']*\/(?:\.cache|\.npm|_cacache)\/[^']*)'/,
      sure: 0.86,
    },
    {
      says: /Failed to create parent directory '(?<path>[^']*\/\.(?:gradle|m2|ivy2|cache|konan)\b[^']*)'/,
      without: /Read-only|No space left/,
      sure: 0.84,
    },
    {
      says: /^npm (?:ERR!|error) path:? '?(?<path>\/\.npm|\S*\/_cacache)/,
      beside: /EACCES|errno:? -13/,
      within: 6,
      sure: 0.88,
    },
    {
      says: /Failed to create parent directory structure for lock file (?<path>\S+)|[Ff]lutter failed to (?:create|write|open|delete) (?:a )?(?:directory|file|lockfile) at '(?<path2>[^']*cache[^']*)'|'(?<path3>\S*\.?composer\/cache\S*)' directory is not writable/,
      sure: 0.86,
    },
    {
      says: /(?<path>\/\S*\/(?:bin\/cache|hugo_cache|plugin-cache|pub-cache)\/?[^' :]*)'?: Permission denied|failed to create file caches: mkdir (?<path2>\S+): permission denied/,
      sure: 0.84,
    },
    {
      says: /You don't have write permissions for the (?<path>\S*(?:bundle|\.gem|cache)\S*) directory/,
      sure: 0.84,
    },
    {
      says: /NotWritableError: The current user does not have write permissions/,
      beside: /path: \S*\/(?:pkgs|\.conda|cache)/,
      within: 3,
      sure: 0.86,
    },
    {
      says: /failed to (?:acquire|lock) package cache|failed to open: (?<path>\S*\.package-cache)/,
      beside: /Permission denied/,
      within: 8,
      sure: 0.9,
    },
    {
      says: /(?:creating|opening|could not create|couldn't create) (?:cache )?(?:directory|file|lock file) '?(?<path>\/(?:nix\/var\/nix|[^' ]*\.cache)\/?[^' ]*)'?(?:: Permission denied)/,
      sure: 0.86,
    },
    {
      says: /PermissionError\(13, .{1,30}\).{0,20}(?<path>\/\S*(?:\.conan2?|\.cache|\.pip|pypoetry)\S*)|Access to the path '(?<path2>\S*NuGetScratch\S*)' is denied/,
      sure: 0.84,
    },
    { says: /Couldn't create cache directory (?<path>\/\S+)/, unless: /No space|Read-only/, sure: 0.72 },
    {
      says: /Output (?:base|user root) directory '(?<path>[^']+)' must be (?:readable and writable|owned)/,
      sure: 0.9,
    },
    {
      says: /Could not set (?:file mode \d+ on|UNIX mode on) '?(?<path>\/\S*\/\.(?:gradle|m2|cache|konan)\b[^':]*)/,
      sure: 0.86,
    },
    {
      says: /(?:could not set permissions on|changing (?:mode|ownership) of|chmod|chown) '(?<path>[^']*\/\.?(?:cache|nix\/var|npm|gradle|cargo|conan2?|m2|yarn|pnpm-store)\b[^']*)'.{0,20}(?:Operation not permitted|EPERM)/,
      sure: 0.8,
    },
    { says: /Could not create parent directory for lock file (?<path>\/\S+)/, sure: 0.86 },
    {
      says: /Access to the path '(?<path>\S*\/\.(?:nuget|dotnet|local|cache)\b[^']*)' is denied/,
      sure: 0.88,
    },
    {
      says: /Cannot create cache directory (?<path>\/[^ ,]+), or directory is not writable/,
      sure: 0.7,
      soft: true,
    },
    {
      says: /\/\.(?:hex|mix|stack|cabal|bun|pub-cache|conan2?|composer|ivy2|sbt|julia|opam)\b.*permission denied/,
      sure: 0.86,
    },
    {
      says: /AccessDeniedException: (?<path>\S*\/\.(?:gradle|m2|ivy2|sbt|cache|konan|android)\b\S*)/,
      sure: 0.88,
    },
    { says: /unable to open (?:global|local) cache directory '(?<path>[^']+)': AccessDenied/, sure: 0.95 },
    {
      says: /error while trying to (?:write to|read from|access|create) '?\S*(?:bundle|gems|\.gem|\.cache)\S*'?\..*grant (?:\w+ )?permissions/,
      sure: 0.86,
    },
    { says: /Could not create local repository at \S+\/\.m2/, sure: 0.86 },
    {
      says: /(?:failed to|could not|couldn't|cannot|can't|unable to) (?:create|open|initiali[sz]e|write to|access) .{0,60}cache(?: dir(?:ectory)?| folder)?$/,
      beside: /Permission denied|EACCES|os error 13|AccessDenied/,
      within: 2,
      sure: 0.85,
    },
    {
      says: /unable to open or create the global Zig cache at '(?<path>[^']+)': (?:AccessDenied|PermissionDenied)/,
      sure: 0.93,
    },
    {
      says: /^npm (?:ERR!|error) path (?<path>\S*\/(?:\.npm|_cacache|npm-cache)(?:\/\S*)?)$/,
      beside: /^npm (?:ERR!|error) (?:code|errno) EACCES/,
      within: 4,
      sure: 0.88,
    },
    {
      says: /(?:failed to create directory|failed to (?:open|write|create|initialize|lock|read)|mkdir|open|creating|could not create|cannot create|unable to create|can't create|EACCES: permission denied, \w+|\[Errno 13\] Permission denied:).{0,80}(?<path>\/[^' :]*(?:\.cache|\.npm|_cacache|\.cargo|\.rustup|cargo\/registry|cargo\/git|go-build|pkg\/mod|\.ccache|\/ccache|sccache|pnpm-store|pnpm\/store|\.yarn|\.m2|\.gradle|\.nuget|\.bun|\.composer|\.pub-cache|\.cabal|\.stack|\.conan2?|vcpkg|pip|\.local\/share\/uv|\.terraform\.d|\.zig-cache|\.cpan|\.gem)[^' :]*)'?.{0,60}(?:permission denied|EACCES|os error 13)?/,
      beside: /permission denied|EACCES|os error 13|Errno 13/,
      within: 3,
      unless: /docker\.sock|node_modules\/\.cache|^glob error/,
      sure: 0.9,
    },
    {
      says: /go: (?:disabling cache|could not create module cache|writing (?:go\.mod|stat) cache).*permission denied/,
      sure: 0.95,
    },
    { says: /go: .*(?:pkg\/mod|go-build)\S*: permission denied/, unless: /fork\/exec/, sure: 0.93 },
    { says: /Your cache folder contains root-owned files/, sure: 0.94 },
    {
      says: /(?:directory|folder) '(?<path>[^']+)' or its parent directory is not owned (?:or is not writable )?by the current user/,
      sure: 0.62,
      soft: true,
    },
    { says: /ccache: error: .*(?:Permission denied|not writable)/, sure: 0.93 },
    { says: /sccache: .*(?:Permission denied|not writable)/, sure: 0.9 },
    {
      says: /(?:Permission denied|EACCES).*(?:\/\.cache\/|\/\.npm\/|_cacache|\.cargo\/(?:registry|git)|\/pkg\/mod\/|go-build|\.ccache|pnpm-store|\.m2\/|\.gradle\/|cache mount|cache dir|\/\.(?:next|nuxt|turbo|angular|parcel-cache|vite)\b)/,
      unless: /^glob error/,
      sure: 0.88,
    },
    {
      says: /(?:\/\.cache\/|\/\.npm\/|_cacache|\.cargo\/(?:registry|git)|\/pkg\/mod\/|go-build|\.ccache|pnpm-store|\.m2\/|\.gradle\/|package-cache|\.zig-cache|zig\/).*(?:Permission denied|EACCES|AccessDenied|not writable|is not writable)/,
      unless:
        /fork\/exec|cannot execute|spawn|Cannot run program|execvp|or its parent directory is not owned|Skipping preferred cache/,
      sure: 0.88,
    },
    {
      says: /(?:cache (?:directory|folder|dir|path)|caching).{0,80}(?:not writable|owned by (?:root|another)|Permission denied|no write (?:access|permission))/,
      unless: /^WARN|Proceeding without cache/,
      sure: 0.8,
    },
  ],
  cause: 'the cache folder {path|} belongs to another user (mostly root) than the one this step runs as',
  cure: 'give the cache mount its owner: `--mount=type=cache,target=…,uid=1000,gid=1000`, or `chown` the folder once; in targetry.yaml `user:` of the step is enough, each user has caches of its own',
  explains: ['permission-denied', 'tool-missing', 'cache-race'],
  references: ['https://github.com/moby/buildkit/issues/724', 'https://github.com/astral-sh/uv/issues/12710'],
  examples: [
    'error: failed to write `/usr/local/cargo/registry/cache/index/libc.crate`\n\nCaused by:\n  Permission denied (os error 13)',
    '#17 0.658 go: disabling cache (/home/nobody/.cache/go-build) due to initialization failure: mkdir /home/nobody/.cache/go-build/00: permission denied',
    '0.455 error: failed to create directory `/root/.cache/uv`: Permission denied (os error 13)',
    'npm ERR! Your cache folder contains root-owned files, due to a bug in\nnpm ERR! previous versions of npm which has since been addressed.',
    'ccache: error: Failed to create directory /ccache/tmp: Permission denied',
  ],
  lookAlikes: [
    "mkdir: cannot create directory '/app/out': Permission denied",
    '/bin/sh: 1: ./build.sh: Permission denied',
  ],
};
