import type { FailureClass } from '../failure-class.ts';

export const buildkitUnreachable: FailureClass = {
  class: 'buildkit-unreachable',
  signs: [
    {
      says: /unable to resolve docker endpoint|[Cc]urrent context '\S+' is not found|Unable to find Docker host|[Cc]olima (?:is )?not running|Docker (?:Desktop |daemon )?is (?:not running|unable to start)|Build to Docker daemon failed|failed to (?:initialize builder|create [Dd]ocker client)|\bpipe\\docker_engine|Service \S*docker\S* probably didn't start properly|unable to connect to Podman/,
      unless: /permission denied/,
      sure: 0.88,
    },
    {
      says: /failed to start daemon: /,
      beside: /dockerd|docker/,
      sure: 0.66,
      cause: 'the Docker daemon was started and ended at once: what it says behind is the reason',
      cure: 'read the reason (`journalctl -u docker`, `docker logs` of the service): in a container it mostly wants `--privileged`',
    },
    { says: /\('Connection aborted\.', FileNotFoundError\(2/, sure: 0.84 },
    {
      says: /\('Connection aborted\.', ConnectionRefusedError\(/,
      beside: /docker|podman|compose/,
      sure: 0.8,
    },
    {
      says: /DOCKER_HOST \S+ is not listening|Could not find (?:a )?(?:valid )?Docker (?:environment|host)|(?:Cannot assign requested address|Connection refused|No such file or directory) \/(?:var\/)?run\/(?:docker|podman\/podman)\.sock|(?:docker|podman)\.sock: (?:connection refused|no such file)/,
      unless: /permission/,
      sure: 0.9,
    },
    {
      says: /expected \d+ replicas to be ready, got \d+/,
      sure: 0.93,
      cause:
        'the pod in which BuildKit is to run in the cluster did not become ready: it could not be placed, its image could not be pulled, or it may not have what it needs',
      cure: '`kubectl describe pod -l app=BUILDER` names the reason (resources, image, security policy); a longer `timeout=` of the builder helps where nodes are made first',
    },
    {
      says: /'?buildctl'? needs to be installed and '?buildkitd'? needs to be running|couldn't connect to builder|driver endpoint not reachable|start engine: driver for scheme|unable to start (?:dagger )?engine|could not connect to docker\b|buildkitd did not respond/,
      sure: 0.92,
    },
    {
      says: /lookup (?:docker|dind|buildkitd?) on \S+: (?:no such host|server misbehaving)|lookup (?:docker|dind|buildkitd?)(?: on \S+)?: no such host/,
      sure: 0.92,
      cause: 'the service by whose name the daemon is to be found (`docker`) does not run beside this job',
      cure: 'run the daemon as a service of the job (`services: docker:dind`), or name where it is: `DOCKER_HOST`, `BUILDKIT_HOST`',
    },
    {
      says: /ProtocolError: \('Connection aborted\.', (?:FileNotFoundError\(2|ConnectionRefusedError)/,
      beside: /docker|podman|http\+unix|APIClient/,
      sure: 0.86,
    },
    {
      says: /ProtocolError: \('Connection aborted\.', FileNotFoundError\(2, 'No such file or directory'\)\)/,
      sure: 0.8,
    },
    {
      says: /error dialing backend:/,
      beside: /buildx|buildkit|context deadline exceeded|rpc error/,
      sure: 0.7,
    },
    {
      says: /open \/\/\.\/pipe\/docker\w*: The system cannot find the file|Couldn't connect to Docker daemon|rootless containerd not running|Could not find a valid Docker environment|No such container: buildx_buildkit_/,
      sure: 0.92,
    },
    { says: /request returned (?:\d+ )?Internal Server Error for API route/, sure: 0.85 },
    {
      says: /failed to connect: dial tcp 127\.0\.0\.1:\d+: connect: connection refused/,
      beside: /podman/,
      within: 4,
      sure: 0.86,
    },
    {
      says: /Client sent an HTTP request to an HTTPS server/,
      beside: /docker|:237[56]\b/,
      within: 6,
      sure: 0.75,
    },
    {
      says: /docker\.errors\.DockerException: Error while fetching server API version/,
      unless: /PermissionError|Permission denied|scheme/,
      without: /Permission ?denied|PermissionError/,
      sure: 0.8,
    },
    {
      says: /failed to connect to the docker API at|cannot access containerd socket/,
      unless: /permission denied/,
      sure: 0.93,
    },
    {
      says: /Error while fetching server API version: .*(?:FileNotFoundError|No such file|Connection refused|Connection aborted)/,
      unless: /PermissionError|Permission denied/,
      sure: 0.9,
    },
    { says: /timed out waiting for server (?:handshake|preface)/, sure: 0.88 },
    {
      says: /Cannot connect to (?:the Docker daemon|Podman\b)|Is the docker daemon running|error during connect:/,
      sure: 0.93,
    },
    {
      says: /(?:buildkit|docker|containerd|podman)[\w./-]*\.sock: connect: (?:no such file or directory|connection refused)/,
      sure: 0.94,
    },
    { says: /failed to list workers/, sure: 0.9 },
    {
      says: /dial (?:unix|tcp) \S*(?:buildkit|:1234|docker|:2375|:2376|podman)\S*:? .{0,60}(?:no such file|refused|timeout|timed out|no route|unreachable|i\/o timeout)/,
      sure: 0.92,
    },
    {
      says: /(?:failed to|could not|cannot|unable to|can't) (?:connect|dial|find|reach|get).{0,40}(?:buildkitd?|docker daemon|dockerd|podman (?:socket|service)|containerd)/,
      unless: /permission denied/,
      sure: 0.85,
    },
    {
      says: /(?:buildkitd?|docker (?:daemon|engine)|dockerd) (?:is |was )?(?:not (?:running|reachable|available|started|found)|unreachable|unavailable)/,
      sure: 0.85,
    },
    {
      says: /no builder '(?<builder>[^']+)' found|could not find driver|failed to find driver|no valid drivers found|waiting for (?:connection|buildkitd).{0,40}(?:timeout|deadline|timed out)/,
      sure: 0.82,
    },
    { says: /transport: (?:E|e)rror while dialing/, unless: /\bno active session\b/, sure: 0.85 },
  ],
  cause: 'no BuildKit or Docker answers at that address: it is not running, or listens elsewhere',
  cure: 'start it (`systemctl start docker`, `buildkitd &`, Docker Desktop), or name where it is: `DOCKER_HOST`, `BUILDKIT_HOST`, `buildctl --addr`, `docker context use`',
  asks: ['buildkit'],
  explains: ['buildkit-session-lost', 'connection-failed', 'dns-failure'],
  references: ['https://github.com/rancher-sandbox/rancher-desktop/issues/752'],
  examples: [
    'ERRO[0000] error: failed to list workers: Unavailable: connection error: desc = "transport: error while dialing: dial unix /run/buildkit/buildkitd.sock: connect: no such file or directory"',
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  ],
  lookAlikes: [
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
    'no active session for abc: context deadline exceeded',
  ],
};
