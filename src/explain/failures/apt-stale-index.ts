import type { FailureClass } from '../failure-class.ts';

export const aptStaleIndex: FailureClass = {
  class: 'apt-stale-index',
  signs: [
    {
      says: /^W: Couldn't download package (?<package>\S+)/,
      beside: /\b404\b|debootstrap|ERROR 404/,
      sure: 0.8,
    },
    {
      says: /^W: Couldn't download package (?<package>\S+) \(ver \S+ arch \w+\) at http/,
      without:
        /Couldn't resolve|resolve host|timed out|Connection refused|certificate|Permission denied|No space left/,
      sure: 0.72,
    },
    {
      says: /Status code: 404 for (?<package>\S+\.rpm)/,
      sure: 0.86,
      cure: '`dnf clean all && dnf makecache`: the cached metadata is older than the mirror',
    },
    {
      says: /^\s*404 +Not Found$/,
      beside: /^(?:Err|E):\d* \S+ \S+ (?:amd64|arm64|all|i386|armhf|armel|riscv64|ppc64el|s390x) \S+ /,
      within: 1,
      sure: 0.86,
    },
    {
      says: /maybe run apt-get update or try with --fix-missing/,
      without:
        /Hash Sum|unexpected size|Could not connect|resolv|\b50[0-4]\b|\b403\b|timed out|Connection|certificate|Release file/,
      sure: 0.65,
    },
    {
      says: /failed retrieving file '(?<package>[^']+\.pkg\.tar\.\w+)' .*\b404\b/,
      sure: 0.88,
      cure: '`pacman -Syu` in one step: the list of packages is older than the mirror',
    },
    { says: /Failed to fetch \S+\.deb\s+404/, sure: 0.95 },
    {
      says: /maybe run apt-get update or try with --fix-missing/,
      beside: /\b404\b/,
      without:
        /(?:stretch|jessie|wheezy|buster|eoan|groovy|hirsute|impish|kinetic|lunar|mantic)\/?\S* .*Release\b/,
      sure: 0.93,
    },
    {
      says: /^(?:Err:\d+|Error:\d*|E:) .*404 +Not Found/,
      unless: /InRelease|Release\b|Packages/,
      sure: 0.85,
    },
    {
      says: /404 +Not Found \[IP/,
      unless: /InRelease|Release\b|Packages/,
      without: /does not have a Release file|no longer has a Release file|^(?:Err|Ign):\d+ .*Release\s*$/,
      sure: 0.82,
    },
    {
      says: /(?<package>\S+-r\d+): package mentioned in index not found|ERROR: (?<package2>\S+): (?:No such file or directory|remote server returned error)/,
      beside: /\bapk\b|APKINDEX|\(\d+\/\d+\) (?:Installing|Upgrading)/,
      unless: /APKINDEX/,
      sure: 0.85,
      cure: '`apk update` in the same step as `apk add`, or `apk add --no-cache`: the cached index is older than the mirror',
    },
    {
      says: /(?:\[MIRROR\]|\[FAILED\]) \S+\.rpm: .{0,40}(?:Status code: )?404/,
      sure: 0.85,
      cure: '`dnf clean all && dnf makecache`: the cached metadata is older than the mirror',
    },
  ],
  cause:
    'the cached lists of packages are older than the mirror: they name files that newer ones have replaced',
  cure: {
    any: 'refresh the lists in the same step: `RUN apt-get update && apt-get install …`; `apk add --no-cache`; `dnf clean all`',
    debian:
      '`apt-get update` in the same step as the install: `RUN apt-get update && apt-get install …`, so that no cached layer parts them',
  },
  explains: ['package-not-found'],
  references: [
    'https://github.com/inovex/gitlab-ci-android/issues/18',
    'https://docs.docker.com/build/building/best-practices/#apt-get',
  ],
  examples: [
    'E: Failed to fetch http://mirror.example/ubuntu/pool/main/c/curl/libcurl4_7.68.0-1ubuntu2.19_amd64.deb  404  Not Found [IP: 91.189.91.81 80]\nE: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?',
    'Err:3 http://mirror.example/debian bullseye/main amd64 libssl1.1 amd64 1.1.1n-0+deb11u3\n  404  Not Found [IP: 192.0.2.1 80]',
  ],
  lookAlikes: [
    "E: The repository 'http://mirror.example/debian stretch Release' does not have a Release file.",
  ],
};
