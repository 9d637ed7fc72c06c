import type { FailureClass } from '../failure-class.ts';

export const zigCache: FailureClass = {
  class: 'zig-cache',
  blamesCaches: true,
  signs: [
    { says: /\berror: .{0,60}\b(?:CacheCheckFailed|CacheUnavailable)\b/, sure: 0.86 },
    {
      says: /^error: (?:PathAlreadyExists|FileNotFound)$/,
      beside: /--global-cache-dir|zig-cache/,
      within: 4,
      sure: 0.8,
    },
    {
      says: /\b(?:FileNotFound|AccessDenied|Unexpected|InputOutput|BadPathName|EndOfStream)\b.{0,40}(?:zig-(?:local-|global-)?cache|\.cache\/zig)\//,
      without: /unexpected errno: 38|ProcessFdQuotaExceeded|No space left|NoSpaceLeft|ReadOnlyFileSystem/,
      sure: 0.85,
    },
    { says: /failed to spawn build runner .*: FileNotFound/, sure: 0.9 },
    {
      says: /unable to rename temporary directory '.*package cache directory/,
      without: /NoSpaceLeft|ReadOnlyFileSystem/,
      sure: 0.9,
    },
    {
      says: /\b(?:manifest_(?:create|read|parse|lock|write)|file_(?:open|stat|hash|read)):? (?:FileNotFound|AccessDenied|Unexpected|InputOutput|PathAlreadyExists)\b/,
      without: /unexpected errno: 38/,
      sure: 0.88,
    },
    { says: /\.cache\/zig\/p\/\S+: (?:file not found|FileNotFound|unable to)/, sure: 0.85 },
    {
      says: /while parsing \S*(?:\.cache\/zig|zig-(?:local-|global-)?cache)\/\w\//,
      beside: /FileNotFound|AccessDenied|Unexpected|InputOutput/,
      within: 2,
      sure: 0.9,
    },
    {
      says: /(?:failed|unable) to check cache\b/,
      without: /unexpected errno: 38|ProcessFdQuotaExceeded|NoSpaceLeft/,
      sure: 0.85,
    },
    {
      says: /(?:cannot open|unable to open|No such file).{0,40}(?:\/\.?cache\/zig|zig-cache)\/(?:o|h|tmp|z|b)\//,
      without: /unexpected errno: 38|ProcessFdQuotaExceeded|NoSpaceLeft/,
      sure: 0.88,
    },
    { says: /unable to (?:open|create) cache director/, beside: /zig/, sure: 0.92 },
    { says: /^error: unable to create compilation: (?:AccessDenied|FileNotFound|Unexpected)$/, sure: 0.7 },
    { says: /unable to update file from '[^']*zig-(?:local-|global-)?cache/, sure: 0.95 },
    {
      says: /(?:zig-(?:local-|global-)?cache|\.cache\/zig)\S*'?.*(?:FileNotFound|AccessDenied|Unexpected|BadPathName|NotDir|PathAlreadyExists|InputOutput|CacheCheckFailed|manifest|unable to)/,
      unless: /cache director\w+ '[^']*': AccessDenied/,
      without: /unexpected errno: 38|ProcessFdQuotaExceeded|No space left|NoSpaceLeft|ReadOnlyFileSystem/,
      sure: 0.9,
    },
    {
      says: /(?:unable to|failed to|error: ).{0,80}(?:open|access|load|read|create|write|check|hash|make path to|save|rename|stat).*(?:zig-cache|\.cache\/zig|zig\/(?:o|h|tmp|z|p)\/|global cache|local cache|cache manifest)/,
      without: /unexpected errno: 38|ProcessFdQuotaExceeded|NoSpaceLeft|No space left|ReadOnlyFileSystem/,
      unless: /Permission denied|hash mismatch|cache director\w+ '[^']*': AccessDenied/,
      sure: 0.88,
    },
    {
      says: /(?:failed to check cache|unable to (?:load|check|write|read) (?:cache )?manifest|manifest_(?:create|read|parse|lock)|file_(?:hash|stat|open|read)):? .{0,60}(?:FileNotFound|AccessDenied|Unexpected|Invalid\w*|CacheUnavailable)?/,
      beside: /zig|\.cache/,
      without: /unexpected errno: 38/,
      sure: 0.86,
    },
    {
      says: /invalid (?:cache )?manifest|\bCacheUnavailable\b|InvalidFormat.{0,60}cache/,
      beside: /zig/,
      sure: 0.8,
    },
  ],
  cause:
    "Zig's cache names a file that is gone or can't be read: the cache was partly removed, copied, or shared by builds at the same time",
  cure: 'remove `.zig-cache` (and `~/.cache/zig` where it stays), build again, and keep the cache to one build: `share: step` in targetry.yaml',
  explains: ['cache-mount-ownership'],
  references: ['https://github.com/ziglang/zig/issues/21881'],
  examples: [
    "error: unable to update file from '/home/devel/zig/vulkan_minimal/.zig-cache/o/34a47ef6b5dc84a13729c5e182b8b849/vulkan_minimal' to '/home/devel/zig/vulkan_minimal/zig-out/bin/vulkan_minimal': FileNotFound",
    "error: unable to open '/root/.cache/zig/o/5f2/libc.a': FileNotFound",
  ],
  lookAlikes: [
    "unexpected errno: 38\nerror: unable to access options file '.zig-cache/c/242be99a/options.zig': Unexpected",
    "src/main.zig:3:17: error: unable to load 'foo.zig': FileNotFound",
  ],
};
