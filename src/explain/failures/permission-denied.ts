import type { FailureClass } from '../failure-class.ts';

export const permissionDenied: FailureClass = {
  class: 'permission-denied',
  signs: [
    {
      says: /EnvironmentNotWritableError|You don't have write permissions for the (?<path>\/\S+) directory/,
      unless: /bundle|\.gem|cache/,
      sure: 0.84,
    },
    {
      says: /Acquire \(13: Permission denied\)/,
      unless: /_apt/,
      sure: 0.86,
      cause: 'a package manager is run by a user who is not root',
      cure: 'install packages before `USER`, or as root (`USER root`, `sudo`); in targetry.yaml list them under `packages:`',
    },
    {
      says: /^\w+: (?:mkdir|open|listen unix|stat|chown) (?<path>\/[^: ]+): permission denied$/,
      unless: /\.cache|\.cargo|pkg\/mod|go-build|docker\.sock|\.docker|podman\.sock|\/tmp\/go/,
      sure: 0.72,
    },
    {
      says: /open \(13: Permission denied\)/,
      sure: 0.78,
    },
    {
      says: /EACCES: permission denied, (?:mkdir|open|unlink|rename|copyfile|scandir|rmdir|symlink|access|chmod|lstat) '(?<path>[^']+)'/,
      unless: /\.npm|\.cache|_cacache|\.cargo|\.yarn|pnpm-store/,
      sure: 0.78,
    },
    {
      says: /(?:mkdir|touch|cp|mv|rm|ln|tee|install|tar|sh|bash|\d+):? .{0,60}(?:cannot (?:create|open|remove|make|touch|write)|can't create)\S*(?: \w+){0,3} '?(?<path>[^' :]+)'?: Permission denied/,
      unless: /\.npm|\.cache|\.cargo|go-build|pkg\/mod|ccache|\.gradle|\.m2/,
      sure: 0.75,
    },
    {
      says: /\[Errno 13\] Permission denied: '(?<path>[^']+)'/,
      unless: /\.cache|\/tmp\/|\.npm|\.cargo|bin\/|\.sh'/,
      sure: 0.72,
    },
    {
      says: /failed to (?:write|create|open|remove|read|copy).*Permission denied \(os error 13\)/,
      unless: /\.cache|\.cargo|registry|ccache/,
      sure: 0.74,
    },
    {
      says: /open(?:ing)? (?<path>\/\S+): permission denied|mkdir (?<path2>\/\S+): permission denied/,
      unless: /\.cache|\.cargo|pkg\/mod|go-build|docker\.sock|\.docker|buildkit|podman\.sock|\/tmp\/go/,
      sure: 0.72,
    },
    {
      says: /(?:dpkg|apt-get|apt|dnf|yum|apk).{0,60}(?:are you root\?|requires? superuser|must be (?:run as )?root|need to be root|superuser privileges)|ERROR: Unable to (?:lock|open) (?:the )?database.{0,40}Permission denied/,
      sure: 0.88,
      cause: 'a package manager is run by a user who is not root',
      cure: 'install packages before `USER`, or as root (`USER root`, `sudo`); in targetry.yaml list them under `packages:`',
    },
  ],
  cause: "this step's user may not write to {path|the folder}: it belongs to another user",
  cure: 'give it to the user before (`chown`, `COPY --chown=USER`, `install -d -o USER`), write elsewhere, or run the step as its owner',
  references: ['https://docs.docker.com/reference/dockerfile/#user'],
  examples: [
    "npm ERR! Error: EACCES: permission denied, mkdir '/app/node_modules'",
    'E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?',
    "PermissionError: [Errno 13] Permission denied: '/usr/local/lib/python3.11/site-packages/foo'",
  ],
  lookAlikes: [
    'git@github.com: Permission denied (publickey).',
    'AssertionError: expected "EACCES: permission denied" to equal "ok"',
  ],
};
