import type { FailureClass } from '../failure-class.ts';

export const pypiTagRejected: FailureClass = {
  class: 'pypi-tag-rejected',
  signs: [
    { says: /unsupported platform tag/, sure: 0.96 },
    {
      says: /platform tag '?(?<tag>linux_\w+|\w+)'? (?:is )?(?:not (?:supported|allowed|accepted|valid)|unsupported|rejected|invalid)/,
      sure: 0.92,
    },
    {
      says: /(?:HTTPError: 400|400 Bad Request|400 Client Error|400 Binary wheel).*\blinux_(?:x86_64|aarch64|i686|armv7l|ppc64le|s390x|riscv64)\b/,
      sure: 0.85,
    },
    {
      says: /PyPI .{0,60}(?:rejects?|refuses?|does not (?:accept|take|allow)).{0,80}(?:linux_|tag|wheel)/,
      sure: 0.85,
    },
  ],
  cause:
    'PyPI takes manylinux and musllinux tags (and linux_armv6l, linux_armv7l), never plain `linux_x86_64` or `linux_aarch64`, which promise nothing of a libc',
  cure: '`auditwheel repair` in a manylinux or musllinux environment, or `maturin build --compatibility manylinux_2_28`; a wheel renamed by hand would promise what nobody checked',
  references: ['https://github.com/pypa/twine/issues/1006', 'https://peps.python.org/pep-0600/'],
  examples: [
    "Binary wheel 'WignerSymbol-0.0.6-cp38-cp38-linux_x86_64.whl' has an unsupported platform tag 'linux_x86_64'",
    "HTTPError: 400 Bad Request from https://upload.example/legacy/\nBinary wheel 'x-0.1-cp311-cp311-linux_aarch64.whl' has an unsupported platform tag 'linux_aarch64'.",
  ],
  lookAlikes: [
    'ERROR: torch-2.0.0-cp310-cp310-manylinux2014_aarch64.whl is not a supported wheel on this platform.',
  ],
};
