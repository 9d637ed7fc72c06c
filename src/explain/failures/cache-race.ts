import type { FailureClass } from '../failure-class.ts';

export const cacheRace: FailureClass = {
  class: 'cache-race',
  blamesCaches: true,
  signs: [
    {
      says: /(?:WinError (?:32|145)|Error 183|Errno 17|Errno 39)\].*[\\/]\.?(?:conan2?|nuget|m2|gradle|ccache|cache)[\\/]/,
      unless: /Permission denied/,
      sure: 0.84,
    },
    { says: /^AssertionError: .*folder must exists? \S*\/\.conan2?\//, sure: 0.8 },
    {
      says: /cannot copy '[^']*' to '[^']*\/cache\/vcs\/[^']*': File exists|could not lock config file \S*\/cache\/vcs\/\S+: No such file|taking a long time, another process should be writing to it|hard ?link failed .*cache.*No such file|\[Errno 39\] Directory not empty: '\S*\.cache\//,
      sure: 0.88,
    },
    {
      says: /(?:could not|couldn't|failed to|unable to|cannot|can't) (?:(?:acquire|obtain|take|get) .{0,40}\block\b.{0,80}(?:cache|pkgs|store|package|transaction|repository|stack|conda|\.lock|\.m2)|lock (?:file|store|pkgdb|directory|path) .{0,60}\S|lock '\/)/,
      unless:
        /Permission denied|Read-only|state lock|terraform|No such file|not permitted|dpkg|apt\/|deadlock|pipenv|poetry\.lock|package-lock|Cargo\.lock|lock file version/,
      sure: 0.8,
    },
    {
      says: /(?:^|[^-])\bLockFile (?:acquisition failed|error[:.])|Failed to obtain the transaction lock|(?:waiting for|another) \S+ command to release the startup lock|file lock '\S+' could not be acquired|Timeout \(.{1,12}\) when waiting for lock on|Timed out waiting for a (?:read|write|exclusive) lock|: resource busy \(file is locked\)|failed to lock directory '\S+' for modifying|BDB1507 Thread died in Berkeley DB/,
      sure: 0.87,
    },
    {
      says: /\block\w*\b.{0,90}Resource temporarily unavailable|Resource temporarily unavailable.{0,40}\block\b/,
      unless: /pthread|fork|thread/,
      sure: 0.84,
    },
    {
      says: /[Aa]nother (?:\S+ )?(?:process|instance|command) (?:\(PID: \d+\) )?(?:is using the|has locked|is already running using|is holding)|\block .{0,60}held by (?:another )?process/,
      unless: /port|listen/,
      sure: 0.78,
    },
    { says: /EEXIST: .{0,40}(?:link|copying files from cache|rename|mkdir)\b.*cache/, sure: 0.84 },
    { says: /Errno::ENOTEMPTY: Directory not empty .{0,30}\/(?:bundle|gems|cache)\//, sure: 0.84 },
    {
      says: /(?:\.structure|sbt\.boot|coursier\S*|\.ivy2?|\.m2\S*)\.lock \(No such file|OverlappingFileLockException|FileLockInterruptionException/,
      sure: 0.88,
    },
    {
      says: /(?:could not|couldn't|failed to|unable to|cannot|can't) (?:acquire|obtain|take|get) (?:(?:an?|the|write|read|exclusive|shared|package|cache|filesystem|file) ){0,3}locks?\b/,
      beside:
        /\.m2\b|maven|\bmvn\b|vcpkg|conan|bazel|gradle|ccache|\bsbt\b|\/nix\/|NamedLock|\.cargo|execute goal/,
      unless: /Permission denied|os error 13|Read-only|state lock|advisory|terraform|dpkg|apt|apk database/,
      without: /Permission denied|Read-only file system|No space left/,
      within: 6,
      sure: 0.78,
    },
    {
      says: /Unable to create '[^']*(?:cargo\/git|\.cache|go\/pkg|\/cache)[^']*\.lock': File exists|could not lock config file \S+: File exists/,
      sure: 0.86,
    },
    {
      says: /[Aa]nother (?:active )?(?:\S+ ){0,2}(?:command|process|instance|run) (?:is |seems to be |\(pid ?=? ?\d+\) is )?(?:already )?(?:running|in progress)/,
      unless: /Waiting for it to complete|git process|port|listen|server is/,
      beside: /\block\b|brew|bazel|conan|conda\b|yarn/,
      within: 3,
      sure: 0.76,
    },
    {
      says: /database is locked|SQLite database '\S+' is busy/,
      beside: /\/nix\/|\.?conan|\.cache\/|\bdnf\b|poetry|urpmi/,
      within: 3,
      sure: 0.82,
    },
    {
      says: /cannot access the file '[^']*(?:\.nuget|\.m2|\.gradle|\.conan|[Cc]ache|\.dotnet)[^']*' because it is being used by another process/,
      sure: 0.88,
    },
    {
      says: /(?:package|store path|cache|artifact|recipe|file)\S* (?:is|are) (?:being|currently) (?:written|built|used|modified|downloaded|locked) by (?:another|a different|some other) /,
      sure: 0.82,
    },
    {
      says: /Resource deadlock avoided|There is a lock held by another process/,
      beside: /lock\b/,
      within: 3,
      sure: 0.8,
    },
    {
      says: /error moving repo \S+ into the repo contents cache|FileNotFoundException: \S*\/cache\/repos\/v1\/content_addressable\//,
      sure: 0.84,
    },
    {
      says: /^\s*\S*\/(?:\.gradle|\.m2|\.ivy2|\.cache|caches)\/\S+$/,
      beside: /FileAlreadyExistsException|FileSystemException/,
      within: 2,
      sure: 0.84,
    },
    {
      says: /FileAlreadyExistsException: \S*\/(?:\.gradle|\.m2|\.ivy2|\.cache|caches)\//,
      sure: 0.84,
    },
    { says: /System management is locked by the application with pid/, sure: 0.9 },
    {
      says: /being used by another process.{0,8}'[^']*(?:\.conan|\.m2|\.gradle|\.cargo|\.nuget|[Cc]ache|\\pip\\)/,
      sure: 0.84,
    },
    { says: /Timeout .{0,30}waiting for exclusive access to file/, sure: 0.86 },
    { says: /Could not open lock file .{1,90}Resource temporarily unavailable/, sure: 0.88 },
    {
      says: /unable to lock database\)|Another app is currently holding the yum lock|can't create transaction lock on/,
      sure: 0.86,
    },
    {
      says: /Problem (?:renaming|unlinking) the file \/var\/(?:cache|lib)\/apt\//,
      sure: 0.8,
    },
    { says: /go-build\/\S+-[ad]: no such file or directory/, sure: 0.82 },
    {
      says: /^npm (?:ERR!|error) code (?:ENOTEMPTY|EEXIST)/,
      beside: /_cacache|\.npm\/|node_modules\/\./,
      within: 6,
      sure: 0.8,
    },
    {
      says: /ENOTEMPTY: directory not empty, r(?:ename|mdir)/,
      sure: 0.75,
    },
    { says: /failed to unpack (?:package|entry).*File exists/, sure: 0.92 },
    { says: /Unable to lock (?:directory|the list directory|the download directory)/, sure: 0.85 },
    { says: /\.cargo-ok.{0,80}(?:File exists|os error 17)/, sure: 0.95 },
    {
      says: /File exists \(os error 17\)/,
      beside: /cargo|rustc|rustup|crates|registry|\buv\b|cache|go\/pkg|unpack/,
      sure: 0.88,
    },
    { says: /Could not get lock \/var\/(?:lib\/(?:dpkg|apt)|cache)\/?\S*/, sure: 0.9 },
    {
      says: /Unable to (?:acquire|lock) the (?:dpkg frontend lock|administration directory|download directory|list directory).*(?:is another process using it|Resource temporarily)|is another process using it\?/,
      sure: 0.9,
    },
    { says: /Unable to lock database: (?:Resource temporarily unavailable|temporary error)/, sure: 0.92 },
    {
      says: /(?:ENOTEMPTY|EEXIST|EBUSY)\b.*(?:_cacache|\.npm\/|\.cache\/|pnpm-store|\.yarn|node_modules\/\.)/,
      sure: 0.85,
    },
    {
      says: /ENOENT: no such file or directory, (?:open|rename|lstat|stat|utime|copyfile) '[^']*(?:_cacache|\.npm\/|yarn\/v6|\.cache\/yarn|\.yarn-metadata|pnpm-store)/,
      sure: 0.8,
    },
    {
      says: /(?:Timeout waiting to lock|Could not create service .{0,60}lock|another (?:process|instance|build|job) (?:is|has).{0,40}(?:using|running|lock|cache)|lock(?:ed)? (?:is )?(?:held |owned |taken )?by (?:another |a different )?(?:process|instance|build)\b|currently in use by another)/,
      unless: /waiting for file lock|Blocking waiting|\bport\b|listen|Waiting for it to complete/,
      sure: 0.78,
    },
    { says: /[Tt]ext file busy|\bETXTBSY\b|\(os error 26\)/, sure: 0.78 },
    {
      says: /(?:rename|move|renameat|failed to (?:rename|persist|move)).*(?:Directory not empty|File exists|os error 39|os error 17)/,
      beside: /cargo|rustc|rustup|crates|registry|\buv\b|cache|go\/pkg/,
      within: 3,
      sure: 0.85,
    },
    { says: /(?:go: .*(?:pkg\/mod|cache).{0,80}(?:file exists|lock|directory not empty))/, sure: 0.82 },
    {
      says: /(?:race|concurrent(?:ly)?|simultaneous|in parallel).{0,60}(?:cache|registry|store|download).{0,60}(?:corrupt|conflict|fail|exists|error)/,
      sure: 0.72,
    },
    {
      says: /dpkg: error: dpkg (?:frontend |status database )?lock|dpkg (?:frontend|status database)(?: area| lock)? (?:is|was) locked by another process|status database area is locked by another process/,
      sure: 0.9,
    },
  ],
  cause:
    "two builds used one cache or package database at the same time, and it can't be shared: what the one half wrote the other found",
  cure: 'give each its own (`id=` or `sharing=locked` of the cache mount; `share: step` in targetry.yaml), remove what was left half written, and build again',
  explains: [
    'cargo-cache-corrupt',
    'npm-integrity',
    'package-not-found',
    'connection-failed',
    'permission-denied',
    'dpkg-interrupted',
  ],
  references: [
    'https://github.com/0xMiden/node/pull/2386',
    'https://docs.docker.com/reference/dockerfile/#run---mounttypecache',
  ],
  examples: [
    'failed to unpack package … failed to open .cargo-ok … File exists (os error 17)',
    'E: Could not get lock /var/cache/apt/archives/lock - open (11: Resource temporarily unavailable)',
    'ERROR: Unable to lock database: Resource temporarily unavailable',
  ],
  lookAlikes: [
    '    Blocking waiting for file lock on package cache',
    "mkdir: cannot create directory 'out': File exists",
    'E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)',
  ],
};
