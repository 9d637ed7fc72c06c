import type { FailureClass } from '../failure-class.ts';

export const cargoCacheCorrupt: FailureClass = {
  class: 'cargo-cache-corrupt',
  blamesCaches: true,
  signs: [
    {
      says: /failed to (?:parse|read|load) (?:the )?manifest at '\S*(?:registry[\\/]src|git[\\/]checkouts)[\\/]/,
      beside:
        /unexpected character found: '\\u\{0\}'|invalid (?:type|TOML)|expected a (?:value|table)|unclosed|key with no value|invalid basic string/,
      within: 8,
      sure: 0.8,
    },
    {
      says: /unexpected character found: '\\u\{0\}'|; class=Reference\b/,
      unless: /revspec|not found/,
      beside: /cargo|crates?\b/,
      sure: 0.76,
    },
    {
      says: /failed to parse (?:the )?(?:'\S+' config\.json|registry index|index entry)|failed to (?:get cached source|decode metadata)|loose object \w+ \(stored in .{0,80}is corrupt/,
      beside: /cargo|Caused by|crates?\b|serde/,
      sure: 0.84,
    },
    { says: /failed to open: '?\S*registry\/(?:cache|src|index)\/\S+: No such file/, sure: 0.84 },
    {
      says: /encountered incremental compilation error with|incremental compilation cache is corrupt/,
      sure: 0.82,
      cause: 'what an earlier build left in `target/…/incremental` does not fit any more',
      cure: '`cargo clean` (or remove `target/*/incremental`), and build in CI with `CARGO_INCREMENTAL=0`',
    },
    { says: /failed to parse crate metadata\b|invalid TOML found for metadata/, sure: 0.84 },
    {
      says: /found invalid metadata files for crate|corrupt incremental compilation artifact|failed to load bitcode of module|crate metadata is corrupt|extern location for \S+ does not exist|only metadata stub found for 'rlib' dependency/,
      sure: 0.84,
      cause:
        'what a build before this one left in `target` is damaged, or only part of it came back out of a cache',
      cure: 'remove it (`cargo clean`, or the cache of `target`) and build again; keep `target` and `$CARGO_HOME` in one cache, so that they fit each other',
    },
    {
      says: /missing delta bases|; class=(?:Indexer|Zlib|Odb)\b|failed to parse loose reference|invalid data in index - calculated checksum|corrupt gzip stream/,
      sure: 0.88,
    },
    { says: /not a git repository: '?\S*cargo\/git\//, sure: 0.86 },
    {
      says: /failed to (?:parse|read|load|decode) .{0,60}(?:from (?:the )?(?:index )?cache|registry cache|index cache)\b/,
      beside: /cargo|Caused by|crates?\b|serde/,
      within: 6,
      sure: 0.82,
    },
    {
      says: /(?:failed|unable|could not|couldn't|cannot) .{0,60}\.cargo\/(?:registry|git)\/\S/,
      beside: /No such file|\(os error 2\)|corrupt|truncated|unexpected end/,
      within: 4,
      without: /Permission denied|File exists|No space left|Read-only/,
      sure: 0.7,
    },
    {
      says: /failed to open '?\S*registry\/cache\/\S+\.crate/,
      without: /Permission denied|File exists|No space left|Read-only/,
      within: 4,
      sure: 0.84,
    },
    {
      says: /failed to (?:parse|read|load) (?:the )?manifest at '\S*(?:registry\/src|git\/checkouts)\//,
      without:
        /feature '|\bedition|requires? (?:rustc|cargo)|version of cargo|Permission denied|Read-only|No space left/,
      sure: 0.78,
    },
    {
      says: /could not find reference '?refs\/remotes\/origin|failed to resolve path '.{1,90}registry\/index|object not found - no match for id|[Cc]orrupted loose (?:reference|object)/,
      unless: /Operation not permitted|Permission denied/,
      sure: 0.88,
    },
    {
      says: /(?:registry|index|cache) .{0,40}is (?:truncated|corrupt(?:ed)?|damaged)|failed to parse registry's information|index file is truncated/,
      beside: /cargo|Caused by|crates?\b|serde/,
      sure: 0.85,
    },
    {
      says: /failed to unpack (?:package|entry at).*|failed to open '?\S*\.cargo-ok/,
      unless: /File exists|No space|Permission denied|os error 17|os error 28|os error 13/,
      without: /File exists \(os error 17\)|No space left|Permission denied|Read-only/,
      sure: 0.82,
    },
    {
      says: /(?:registry|index|crates\.io|\.cargo|cargo).*(?:corrupt|object not found - no match for id|invalid (?:gzip|zlib)|failed to parse|unexpected (?:end of file|EOF)|bad packfile|pack (?:file )?(?:is )?invalid|missing delta bases|inflate)/,
      unless: /Cargo\.toml|manifest at|cargo\.toml|yarn|npm|\.tgz|opkg/,
      sure: 0.86,
    },
    {
      says: /object not found - no match for id|corrupt (?:deflate stream|xz stream|loose object)|error inflating zlib stream|(?:could not|failed to) (?:find|read) .{0,60}in (?:the )?(?:odb|packfile)/,
      beside: /cargo|rustc|rustup|crates|registry|\buv\b|cache|go\/pkg/,
      sure: 0.88,
    },
    { says: /failed to verify the checksum of '(?<package>[^']+)'/, sure: 0.86 },
    {
      says: /the listed checksum of '[^']+' has changed|checksum for '[^']+' (?:changed between lock files|could not be calculated)/,
      sure: 0.82,
    },
    {
      says: /couldn't read '?\S*\.cargo\/(?:registry|git)\/\S*|(?:failed to (?:read|load|open|stat)|couldn't read|unable to (?:read|open|stat)) .{0,40}'?\S*(?:cargo\/registry\/src|registry\/src|cargo\/git\/checkouts)\/\S*.*(?:No such file|not found|os error 2)?/,
      unless: /Permission denied|os error 13|File exists/,
      sure: 0.84,
    },
    {
      says: /(?:error: )?(?:unable to|could not|failed to) (?:load|get|open) .{0,60}(?:source for dependency|registry (?:index|cache)|cargo (?:home|cache))/,
      unless:
        /Permission denied|resolve host|timed out|network|Couldn't resolve|Could not resolve|No such file/,
      without:
        /Could not resolve|Couldn't resolve|timed out|Permission denied|Read-only|certificate|failed to (?:download|fetch)/,
      sure: 0.66,
    },
    {
      says: /failed to load source for dependency|Unable to update registry/,
      beside:
        /corrupt|object not found|no match for id|packfile|odb|invalid (?:gzip|pack)|unexpected EOF|inflat/,
      without: /SSL error|early EOF|timed out|resolve host/,
      sure: 0.9,
    },
  ],
  cause:
    "cargo's cache of the index or of crates is damaged: a download or unpacking was cut off, or two builds wrote to it",
  cure: 'remove the damaged part: `rm -rf $CARGO_HOME/registry/index $CARGO_HOME/registry/cache $CARGO_HOME/registry/src $CARGO_HOME/git`, or the cache mount as a whole, and build again; keep it from being shared by builds at the same time',
  candidates: [{ class: 'cache-race', decides: 'two builds with the same cache at the same time' }],
  explains: ['repo-index-unreachable'],
  references: [
    'https://doc.rust-lang.org/cargo/guide/cargo-home.html',
    'https://github.com/rust-lang/cargo/issues/4007',
  ],
  examples: [
    'error: failed to load source for dependency `serde`\n\nCaused by:\n  Unable to update registry `crates-io`\n\nCaused by:\n  object not found - no match for id (a1b2c3); class=Odb (9); code=NotFound (-3)',
    'error: failed to unpack package `libc v0.2.140`\n\nCaused by:\n  failed to iterate over archive\n\nCaused by:\n  corrupt deflate stream',
  ],
  lookAlikes: ['error: failed to parse manifest at `/src/Cargo.toml`', '    Updating crates.io index'],
};
