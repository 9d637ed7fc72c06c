import type { FailureClass } from '../failure-class.ts';

export const wheelNotForPlatform: FailureClass = {
  class: 'wheel-not-for-platform',
  signs: [
    { says: /Unable to find installation candidates for (?<package>\S+)/, sure: 0.84 },
    { says: /(?<wheel>\S+\.whl) is not a supported wheel on this platform/, sure: 0.94 },
    {
      says: /(?:wheel|distribution).*(?:is not compatible with|incompatible with|not supported on) (?:the current|this) (?:platform|Python|interpreter)/,
      unless: /manylinux.{0,40}policy/,
      sure: 0.85,
    },
    {
      says: /has no (?:usable )?wheels? (?:with a matching|for the current|matching)|doesn't have a source distribution or wheel for the current platform/,
      sure: 0.88,
    },
  ],
  cause: 'the wheel is for another Python, CPU or libc, or its tag is one that this pip is too old to know',
  cure: 'update pip (`pip install -U pip`: manylinux_2_X needs 20.3), then compare the tags of the file with `pip debug --verbose`; else take another version or build from source',
  references: ['https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/'],
  examples: [
    'ERROR: torch-2.0.0-cp310-cp310-manylinux2014_aarch64.whl is not a supported wheel on this platform.',
    "error: Distribution `torch==2.5.1` can't be installed because it doesn't have a source distribution or wheel for the current platform",
  ],
  lookAlikes: [
    "Binary wheel 'x-1.0-cp38-cp38-linux_x86_64.whl' has an unsupported platform tag 'linux_x86_64'",
  ],
};
