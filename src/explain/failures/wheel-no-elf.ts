import type { FailureClass } from '../failure-class.ts';

export const wheelNoElf: FailureClass = {
  class: 'wheel-no-elf',
  signs: [
    { says: /a pure Python wheel was generated/, sure: 0.92 },
    { says: /Invalid binary wheel\b|shared library\/libraries in purelib folder/, sure: 0.85 },
    { says: /This does not look like a platform wheel/, sure: 0.96 },
    {
      says: /no ELF (?:executable|file|shared|object|binar)\w*.*(?:wheel|archive|found)/,
      unless: /not a valid/,
      sure: 0.9,
    },
    { says: /wheel.{0,80}(?:contains|has|with) no (?:native|compiled|ELF|binary|shared)/, sure: 0.88 },
    {
      says: /(?:nothing to repair|pure (?:Python )?wheel).*(?:platform|auditwheel|repair)|NonPlatformWheel/,
      sure: 0.8,
    },
  ],
  cause:
    'the wheel is tagged for a platform and has no native file in it: the extension was not built, or was left out',
  cure: 'see what is in it (`unzip -l`): include the extension (package_data, py-modules, its build step), or, where there is none, tag it `py3-none-any`',
  references: ['https://github.com/pypa/auditwheel/issues/247'],
  examples: [
    'INFO:auditwheel.main_repair:Repairing helics-2.5.1-cp37-cp37m-linux_x86_64.whl\nINFO:auditwheel.main_repair:This does not look like a platform wheel',
    'ERROR:auditwheel: This does not look like a platform wheel, no ELF executable or shared library file (or compatible Python extension module) found in the wheel archive',
  ],
  lookAlikes: [
    'error: cannot repair "x.whl" to "manylinux_2_28_x86_64" ABI because of the presence of too-recent versioned symbols.',
  ],
};
