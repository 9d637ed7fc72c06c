import type { FailureClass } from '../failure-class.ts';

export const buildkitSessionLost: FailureClass = {
  class: 'buildkit-session-lost',
  signs: [
    {
      says: /(?:An error occurred trying to connect|error during connect): Post '?https?:\S+\/build\?\S*: EOF/,
      sure: 0.86,
    },
    {
      says: /server closed the stream without sending trailers|\bsession aborted\b|error from receiver: (?:EOF|context canceled|rpc error)|canceled while waiting for session|no valid session found|session health ?check (?:timeout|failed)|connection to .{0,30}builder lost|buildkitd? (?:process|container) (?:has exited|died)|buildkitd? \S*died unexpectedly/,
      sure: 0.82,
    },
    {
      says: /http2: client connection lost|server sent GOAWAY and closed the connection/,
      beside: /buildkit|buildx|failed to solve|Control\/Solve|docker build/,
      sure: 0.8,
    },
    { says: /rpc error: code = NotFound desc = no such job|\bno such job \w{20,}/, sure: 0.92 },
    {
      says: /(?:failed to solve|failed to build|failed to authorize|failed to receive status|solve|resolve|rpc error|copy|fetch).{0,120}\b(?:(?:could not find|no such|lookup|no active|no) session\b|session (?:client )?not found|session closed)/,
      unless: /login|user session|tmux/,
      sure: 0.85,
    },
    {
      says: /error reading (?:from server|server preface): (?:EOF|context canceled|read |command |unexpected EOF)/,
      unless: /dial (?:unix|tcp)|listing workers|failed to list workers/,
      sure: 0.88,
    },
    {
      says: /dagger engine connection (?:closed|lost)|engine.{0,20}(?:session|connection).{0,20}(?:closed|lost|terminated)/,
      beside: /dagger|buildkit|earthly/,
      sure: 0.8,
    },
    { says: /error from sender: (?:context canceled|rpc error|EOF)|\bno active session\b/, sure: 0.88 },
    { says: /no http response from session for|failed to dial gRPC: .{0,80}session/, sure: 0.86 },
    {
      says: /(?:failed to (?:solve|build|receive)|buildkit|buildx|rpc error).{0,120}(?:client connection is closing|terminated by RST_STREAM|server closed unexpectedly)|\bno active sessions\b/,
      sure: 0.88,
    },
    {
      says: /failed to solve: (?:rpc error: code = )?Cancel(?:l)?ed:? .{0,200}context canceled/,
      sure: 0.8,
    },
    { says: /no active session for/, sure: 0.96 },
    {
      says: /(?:session|client) .{0,60}(?:closed|lost|ended|gone|disconnected|finished|terminated|health ?check (?:failed|fatal))/,
      beside: /buildkit|buildx|rpc error|failed to solve|grpc/,
      sure: 0.78,
    },
    {
      says: /healthcheck failed fatally|failed to receive status: rpc error|error reading from server: (?:EOF|read|command)|closing transport due to|received prior goaway|graceful_stop/,
      unless: /dial unix|dial tcp/,
      sure: 0.85,
    },
    {
      says: /rpc error: code = (?:Unavailable|Canceled|DeadlineExceeded|Unknown|Internal) desc = .*(?:EOF|closing|deadline exceeded|context canceled|transport is closing|stream terminated|keepalive|goaway|connection (?:reset|closed|error))/,
      unless: /dial (?:unix|tcp)|no such file|connection refused/,
      sure: 0.78,
    },
    {
      says: /(?:failed to|error).{0,60}(?:solve|dial|authorize|copy|load metadata|send).*context deadline exceeded/,
      sure: 0.75,
    },
    {
      says: /(?:Job|build).{0,40}(?:context canceled|was canceled|lost connection|lost the session)/,
      beside: /buildkit|buildx|grpc|rpc error/,
      sure: 0.65,
    },
  ],
  cause:
    "the client's session with BuildKit ended while the build went on: the client stalled or was stopped, the daemon was restarted or killed, or the connection between broke",
  cure: 'build again; keep the client alive and not starved of CPU and memory, look whether the daemon was restarted (`docker logs buildx_buildkit_…`, `dmesg` for the OOM killer), and update buildx and BuildKit',
  explains: ['registry-auth', 'connection-failed'],
  candidates: [{ class: 'oom-kill', decides: '`dmesg | grep -i oom` on the machine of the daemon' }],
  references: ['https://github.com/moby/buildkit/issues/6422'],
  examples: [
    '#39 59.07 error: failed to copy: httpReadSeeker: failed open: failed to authorize: no active session for 946l7u9cqtl3kkur5pifuipi4: context deadline exceeded',
    'ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
  ],
  lookAlikes: [
    'ERRO[0000] error: failed to list workers: Unavailable: connection error: desc = "transport: error while dialing: dial unix /run/buildkit/buildkitd.sock: connect: no such file or directory"',
  ],
};
