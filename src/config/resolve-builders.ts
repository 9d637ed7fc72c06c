import { ociCpu, parseArch } from '../abi/cpu.ts';
import type { Findings } from './findings.ts';
import type { BuilderRule } from './project.ts';
import type { FileContent } from './schema.ts';

/** For daemons that are asked for their CPU. */
const anyCpu = 'any';

export function resolveBuilders(written: FileContent['builders'], findings: Findings): BuilderRule[] {
  const { document } = findings;
  return Object.entries(written ?? {}).flatMap(([platform, addresses]) => {
    const path = ['builders', platform];
    const arch = parseArch(platform.replace(/^linux\//, ''));
    if (arch === undefined && platform !== anyCpu) {
      const hint = 'write `linux/amd64`, `linux/arm64` … as OCI says it, or `any`';
      findings.error('config-value', `there is no platform \`${platform}\``, document.atKey(path), hint);
    }
    const cpu = arch && ociCpu(arch);
    const list = typeof addresses === 'string' ? [addresses] : addresses;
    return list.map((address, index) => ({
      cpu,
      address,
      at: document.at(typeof addresses === 'string' ? path : [...path, index]),
    }));
  });
}

/** A project comes from anywhere: it may name machines, and start no program and open no socket on this one. */
export function refuseOwnMachine(builders: readonly BuilderRule[], findings: Findings): void {
  for (const { address, at } of builders) {
    if (address.startsWith('tcp://')) continue;
    findings.error(
      'config-value',
      `a project can't name the builder \`${address}\`: it is reached by what is on this machine`,
      at,
      'write a `tcp://` address, or name it in your own configuration or with `--builder`',
    );
  }
}
