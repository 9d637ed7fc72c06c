import type { FailureClass } from '../failure-class.ts';

export const connectionFailed: FailureClass = {
  class: 'connection-failed',
  signs: [
    { says: /tcp connect error: (?:Connection refused|Network is unreachable|No route to host)/, sure: 0.8 },
    {
      says: /(?:unexpected|received unexpected) (?:HTTP )?status(?: code)?:? .{0,200}\b50[0234]\b|\b50[234] (?:Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out)\b/,
      unless: /InRelease|APKINDEX|metalink|repomd/,
      sure: 0.8,
      soft: true,
      cause: 'a server on the way answers that it, or what is behind it, is out of order',
      cure: 'try again later, or from a mirror; where it stays, look whether a proxy between gives the answer',
    },
    {
      says: /BrokenPipeError: |Curl error \((?:7|28|35|52|56|92|18|16)\)|was not closed cleanly: INTERNAL_ERROR/,
      sure: 0.72,
      soft: true,
    },
    { says: /curl: \((?:7|28|35|52|56|92|18|16)\) /, unless: /Resolving timed out/, sure: 0.75, soft: true },
    {
      says: /\b(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|ESOCKETTIMEDOUT)\b/,
      beside: /https?:\/\/|download|fetch|pull|dial tcp/,
      within: 5,
      unless: /127\.0\.0\.1|localhost|::1|test|spec/,
      sure: 0.68,
      soft: true,
    },
    { says: /Failed to connect to \S+ port \d+/, unless: /localhost|127\.0\.0\.1/, sure: 0.75, soft: true },
    {
      says: /(?:fatal: unable to access|error: RPC failed|the remote end hung up unexpectedly|fetch-pack: unexpected disconnect|early EOF)/,
      unless: /certificate|resolve|SSL|403|401|404/,
      sure: 0.7,
    },
    {
      says: /(?:ReadTimeoutError|Read timed out|Connection timed out|net\/http: TLS handshake timeout|i\/o timeout|unexpected EOF|connection reset by peer)\b/,
      beside: /https?:\/\/|download|fetch|pull|dial tcp/,
      within: 3,
      unless: /localhost|127\.0\.0\.1|test|docker\.sock|buildkit|InRelease|APKINDEX/,
      sure: 0.62,
      soft: true,
    },
  ],
  cause:
    'a server could be named but not reached, or the connection broke: it is down, slow, or a firewall or proxy is between',
  cure: 'try again; see from inside the step whether the address answers (`curl -v`), and set HTTPS_PROXY where one is needed',
  explains: ['package-not-found', 'download-damaged', 'tool-missing'],
  references: ['https://everything.curl.dev/cmdline/exitcode.html'],
  examples: [
    'curl: (28) Failed to connect to github.com port 443 after 130000 ms: Connection timed out',
    "fatal: unable to access 'https://github.com/a/b.git/': Failed to connect to github.com port 443: Connection refused",
  ],
  lookAlikes: ['Error: connect ECONNREFUSED 127.0.0.1:5432', 'curl: (6) Could not resolve host: github.com'],
};
