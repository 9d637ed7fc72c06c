import type { FailureClass } from './failure-class.ts';
import { apiRateLimit } from './failures/api-rate-limit.ts';
import { apkSignature } from './failures/apk-signature.ts';
import { apkUntrusted } from './failures/apk-untrusted.ts';
import { aptHashMismatch } from './failures/apt-hash-mismatch.ts';
import { aptKeyMissing } from './failures/apt-key-missing.ts';
import { aptSignature } from './failures/apt-signature.ts';
import { aptStaleIndex } from './failures/apt-stale-index.ts';
import { binfmtMissing } from './failures/binfmt-missing.ts';
import { buildkitEntitlement } from './failures/buildkit-entitlement.ts';
import { buildkitSessionLost } from './failures/buildkit-session-lost.ts';
import { buildkitUnreachable } from './failures/buildkit-unreachable.ts';
import { cacheMountOwnership } from './failures/cache-mount-ownership.ts';
import { cacheRace } from './failures/cache-race.ts';
import { cargoCacheCorrupt } from './failures/cargo-cache-corrupt.ts';
import { ccacheStale } from './failures/ccache-stale.ts';
import { chownDenied } from './failures/chown-denied.ts';
import { clockSkew } from './failures/clock-skew.ts';
import { cmakeCacheStale } from './failures/cmake-cache-stale.ts';
import { cmakePolicyRemoved } from './failures/cmake-policy-removed.ts';
import { configGuessOld } from './failures/config-guess-old.ts';
import { configureCross } from './failures/configure-cross.ts';
import { connectionFailed } from './failures/connection-failed.ts';
import { copySourceMissing } from './failures/copy-source-missing.ts';
import { cpuIsaTooOld } from './failures/cpu-isa-too-old.ts';
import { crlf } from './failures/crlf.ts';
import { crtMissing } from './failures/crt-missing.ts';
import { devPackageMissing } from './failures/dev-package-missing.ts';
import { diskFull } from './failures/disk-full.ts';
import { dnsFailure } from './failures/dns-failure.ts';
import { dockerSocketPermission } from './failures/docker-socket-permission.ts';
import { downloadDamaged } from './failures/download-damaged.ts';
import { downloadHashMismatch } from './failures/download-hash-mismatch.ts';
import { dpkgInterrupted } from './failures/dpkg-interrupted.ts';
import { emulation64bitInodes } from './failures/emulation-64bit-inodes.ts';
import { eolRepo } from './failures/eol-repo.ts';
import { execBitMissing } from './failures/exec-bit-missing.ts';
import { execStack } from './failures/exec-stack.ts';
import { fdLimit } from './failures/fd-limit.ts';
import { floorCrossed } from './failures/floor-crossed.ts';
import { gitAuth } from './failures/git-auth.ts';
import { gitDubiousOwnership } from './failures/git-dubious-ownership.ts';
import { glibcBinaryOnMusl } from './failures/glibc-binary-on-musl.ts';
import { glibcTooOld } from './failures/glibc-too-old.ts';
import { goChecksumMismatch } from './failures/go-checksum-mismatch.ts';
import { hashPinMismatch } from './failures/hash-pin-mismatch.ts';
import { imageNoPlatform } from './failures/image-no-platform.ts';
import { imageNotFound } from './failures/image-not-found.ts';
import { inotifyLimit } from './failures/inotify-limit.ts';
import { interpMissing } from './failures/interp-missing.ts';
import { kernelAbiTag } from './failures/kernel-abi-tag.ts';
import { kernelHeadersMissing } from './failures/kernel-headers-missing.ts';
import { libcMixLink } from './failures/libc-mix-link.ts';
import { libstdcxxTooOld } from './failures/libstdcxx-too-old.ts';
import { linkerMissing } from './failures/linker-missing.ts';
import { lockfileOutOfSync } from './failures/lockfile-out-of-sync.ts';
import { memoryLimit } from './failures/memory-limit.ts';
import { muslBinaryOnGlibc } from './failures/musl-binary-on-glibc.ts';
import { muslMissingHeader } from './failures/musl-missing-header.ts';
import { muslTooOld } from './failures/musl-too-old.ts';
import { nodeAbiMismatch } from './failures/node-abi-mismatch.ts';
import { nodeGypHeaders } from './failures/node-gyp-headers.ts';
import { nodeGypPython } from './failures/node-gyp-python.ts';
import { noexecMount } from './failures/noexec-mount.ts';
import { npmCacheCorrupt } from './failures/npm-cache-corrupt.ts';
import { npmIntegrity } from './failures/npm-integrity.ts';
import { npmOptionalDepMissing } from './failures/npm-optional-dep-missing.ts';
import { npmPeerConflict } from './failures/npm-peer-conflict.ts';
import { npmVersionMissing } from './failures/npm-version-missing.ts';
import { oomKill } from './failures/oom-kill.ts';
import { opensslLegacy } from './failures/openssl-legacy.ts';
import { opensslVersion } from './failures/openssl-version.ts';
import { overlayUnsupported } from './failures/overlay-unsupported.ts';
import { packageConflict } from './failures/package-conflict.ts';
import { packageNotFound } from './failures/package-not-found.ts';
import { packageVersionGone } from './failures/package-version-gone.ts';
import { pageSize } from './failures/page-size.ts';
import { pep668 } from './failures/pep668.ts';
import { perlModuleMissing } from './failures/perl-module-missing.ts';
import { permissionDenied } from './failures/permission-denied.ts';
import { picMissing } from './failures/pic-missing.ts';
import { pkgConfigMissing } from './failures/pkg-config-missing.ts';
import { processLimit } from './failures/process-limit.ts';
import { proxyRefused } from './failures/proxy-refused.ts';
import { pypiTagRejected } from './failures/pypi-tag-rejected.ts';
import { pythonDistutils } from './failures/python-distutils.ts';
import { qemuCrash } from './failures/qemu-crash.ts';
import { readOnlyFs } from './failures/read-only-fs.ts';
import { registryAuth } from './failures/registry-auth.ts';
import { registryRateLimit } from './failures/registry-rate-limit.ts';
import { relocOverflow } from './failures/reloc-overflow.ts';
import { repoIndexUnreachable } from './failures/repo-index-unreachable.ts';
import { repoMetadataExpired } from './failures/repo-metadata-expired.ts';
import { runtimeLibMissing } from './failures/runtime-lib-missing.ts';
import { rustTargetMissing } from './failures/rust-target-missing.ts';
import { seccompBlocksSyscall } from './failures/seccomp-blocks-syscall.ts';
import { shmFull } from './failures/shm-full.ts';
import { staticTls } from './failures/static-tls.ts';
import { subuidMissing } from './failures/subuid-missing.ts';
import { syscallEnosys } from './failures/syscall-enosys.ts';
import { tlsCaMissing } from './failures/tls-ca-missing.ts';
import { toolMissing } from './failures/tool-missing.ts';
import { toolTooOld } from './failures/tool-too-old.ts';
import { usernsDenied } from './failures/userns-denied.ts';
import { variableUnset } from './failures/variable-unset.ts';
import { versionedSymbolLink } from './failures/versioned-symbol-link.ts';
import { versionedSymbolRuntime } from './failures/versioned-symbol-runtime.ts';
import { wheelBlacklisted } from './failures/wheel-blacklisted.ts';
import { wheelNoElf } from './failures/wheel-no-elf.ts';
import { wheelNotForPlatform } from './failures/wheel-not-for-platform.ts';
import { wheelSymbolsTooRecent } from './failures/wheel-symbols-too-recent.ts';
import { wrongArchBinary } from './failures/wrong-arch-binary.ts';
import { zigCache } from './failures/zig-cache.ts';

/** Every known way to fail: one file each. */
export const failureClasses: readonly FailureClass[] = [
  apiRateLimit,
  apkSignature,
  apkUntrusted,
  aptHashMismatch,
  aptKeyMissing,
  aptSignature,
  aptStaleIndex,
  binfmtMissing,
  buildkitEntitlement,
  buildkitSessionLost,
  buildkitUnreachable,
  cacheMountOwnership,
  cacheRace,
  cargoCacheCorrupt,
  ccacheStale,
  chownDenied,
  clockSkew,
  cmakeCacheStale,
  cmakePolicyRemoved,
  configGuessOld,
  configureCross,
  connectionFailed,
  copySourceMissing,
  cpuIsaTooOld,
  crlf,
  crtMissing,
  devPackageMissing,
  diskFull,
  dnsFailure,
  dockerSocketPermission,
  downloadDamaged,
  downloadHashMismatch,
  dpkgInterrupted,
  emulation64bitInodes,
  eolRepo,
  execBitMissing,
  execStack,
  fdLimit,
  floorCrossed,
  gitAuth,
  gitDubiousOwnership,
  glibcBinaryOnMusl,
  glibcTooOld,
  goChecksumMismatch,
  hashPinMismatch,
  imageNoPlatform,
  imageNotFound,
  inotifyLimit,
  interpMissing,
  kernelAbiTag,
  kernelHeadersMissing,
  libcMixLink,
  libstdcxxTooOld,
  linkerMissing,
  lockfileOutOfSync,
  memoryLimit,
  muslBinaryOnGlibc,
  muslMissingHeader,
  muslTooOld,
  nodeAbiMismatch,
  nodeGypHeaders,
  nodeGypPython,
  noexecMount,
  npmCacheCorrupt,
  npmIntegrity,
  npmOptionalDepMissing,
  npmPeerConflict,
  npmVersionMissing,
  oomKill,
  opensslLegacy,
  opensslVersion,
  overlayUnsupported,
  packageConflict,
  packageNotFound,
  packageVersionGone,
  pageSize,
  pep668,
  perlModuleMissing,
  permissionDenied,
  picMissing,
  pkgConfigMissing,
  processLimit,
  proxyRefused,
  pypiTagRejected,
  pythonDistutils,
  qemuCrash,
  readOnlyFs,
  registryAuth,
  registryRateLimit,
  relocOverflow,
  repoIndexUnreachable,
  repoMetadataExpired,
  runtimeLibMissing,
  rustTargetMissing,
  seccompBlocksSyscall,
  shmFull,
  staticTls,
  subuidMissing,
  syscallEnosys,
  tlsCaMissing,
  toolMissing,
  toolTooOld,
  usernsDenied,
  variableUnset,
  versionedSymbolLink,
  versionedSymbolRuntime,
  wheelBlacklisted,
  wheelNoElf,
  wheelNotForPlatform,
  wheelSymbolsTooRecent,
  wrongArchBinary,
  zigCache,
];
