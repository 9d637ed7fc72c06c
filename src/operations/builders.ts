import { cpuOf, parseArch } from '../abi/cpu.ts';
import { readAddress } from '../engines/buildkit/address.ts';
import type { DaemonPlace } from '../engines/fleet/builder.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';

/** Reads `linux/arm64=tcp://HOST:PORT`, or the address alone. */
export function readBuilder(words: string, tls: string | undefined, env: Context['env']): DaemonPlace {
  const [, platform, text] = /^(?:([^:=]+)=)?(.+)$/s.exec(words) ?? [];
  const address = readAddress(text ?? '', env);
  return { name: text!, address, tls, cpu: platform === undefined ? undefined : cpuNamed(platform) };
}

/** As OCI calls it, without a variant. */
function cpuNamed(platform: string): string {
  const arch = parseArch(platform.replace(/^linux\//, ''));
  if (arch === undefined) {
    throw new Failure('buildkit-address', `there is no platform \`${platform}\``, {
      hint: 'write the CPU of the builder before its address: `linux/arm64=tcp://HOST:PORT`',
    });
  }
  return cpuOf(arch).oci.split('/')[0]!;
}
