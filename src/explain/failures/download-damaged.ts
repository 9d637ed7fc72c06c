import type { FailureClass } from '../failure-class.ts';

export const downloadDamaged: FailureClass = {
  class: 'download-damaged',
  signs: [
    {
      says: /dpkg-deb: error: '?(?:\S*\/)?[\w.+~-]+\.deb' is not a Debian format archive/,
      unless: /apt\/archives/,
      sure: 0.85,
    },
    {
      says: /(?:gzip: stdin|xz|bzip2|zstd|unxz|tar): (?:\(stdin\): )?(?:not in gzip format|File format not recognized|unexpected end of (?:file|input)|This does not look like a tar archive|Unexpected end of input|Compressed data is corrupt)/,
      sure: 0.8,
    },
    {
      says: /End-of-central-directory signature not found|This does not look like a tar archive|TAR_BAD_ARCHIVE|zlib: unexpected end of file|invalid (?:gzip|tar|zip) (?:header|archive|file)|unzip: .{0,60}(?:short read|corrupt)/,
      sure: 0.8,
    },
  ],
  cause:
    'an archive that was downloaded is no archive, or is cut short: most often an error page came in its place, or the connection broke',
  cure: 'look at what came (`file NAME`, `head -c 200 NAME`); download with `curl -fL` so that an error is an error, and check a hash',
  references: ['https://curl.se/docs/manpage.html#-f'],
  examples: [
    'gzip: stdin: not in gzip format\ntar: Child returned status 1',
    'npm ERR! code TAR_BAD_ARCHIVE\nnpm ERR! TAR_BAD_ARCHIVE: Unrecognized archive format',
  ],
  lookAlikes: ["tar: Removing leading `/' from member names"],
};
