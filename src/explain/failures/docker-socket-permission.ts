import type { FailureClass } from '../failure-class.ts';

export const dockerSocketPermission: FailureClass = {
  class: 'docker-socket-permission',
  signs: [
    { says: /permission denied while trying to connect to the (?:Docker daemon|docker API)/, sure: 0.96 },
    {
      says: /dial unix \S*(?:docker|buildkit|podman|containerd)\S*\.sock: connect: permission denied/,
      sure: 0.95,
    },
  ],
  cause: 'the daemon is there, and this user may not open its socket',
  cure: "add the user to the socket's group (`usermod -aG docker USER`, then log in anew), or run a rootless daemon; in a container give the group by `--group-add`",
  explains: ['buildkit-unreachable', 'permission-denied'],
  references: ['https://docs.docker.com/engine/install/linux-postinstall/'],
  examples: [
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.24/info": dial unix /var/run/docker.sock: connect: permission denied',
    'ERROR: failed to list workers: dial unix /run/buildkit/buildkitd.sock: connect: permission denied',
  ],
  lookAlikes: [
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  ],
};
