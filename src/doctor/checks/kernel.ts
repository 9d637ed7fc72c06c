import type { Check, Diagnosis } from '../check.ts';
import { kernelRelease } from '../../engines/embedded/kernel.ts';

interface Found {
  readonly platform: string;
  readonly release: string;
}

export const kernel: Check<Found> = {
  id: 'kernel',
  group: 'machine',
  title: 'kernel',
  proves: 'The kernel is Linux, and new enough for overlays in user namespaces.',
  how: 'Reads its release.',
  costs: 'No step can run with the embedded engine.',
  cure: 'Use a machine with Linux 5.11 or later; from 6.7 on, other CPUs need no set-up either.',
  probe: () => ({
    platform: process.platform,
    release: process.platform === 'linux' ? kernelRelease() : '',
  }),
  judge({ platform, release }): Diagnosis {
    if (platform !== 'linux') {
      return {
        status: 'fail',
        found: `this is ${platform}, and the embedded engine needs Linux`,
        cure: 'work in a Linux virtual machine: WSL 2 on Windows, Lima on macOS',
      };
    }
    const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
    if (major < 5 || (major === 5 && minor < 11)) {
      return {
        status: 'fail',
        found: `it is Linux ${release}, and overlays in user namespaces came with 5.11`,
        cure: 'use a machine with a newer kernel; a container has the kernel of its host',
      };
    }
    return { status: 'ok', found: `Linux ${release}` };
  },
};
