import type { FailureClass } from '../failure-class.ts';

export const pythonDistutils: FailureClass = {
  class: 'python-distutils',
  signs: [
    { says: /No module named '?distutils'?/, sure: 0.94 },
    {
      says: /module 'pkgutil' has no attribute 'ImpImporter'|No module named '?(?:imp|pkg_resources)'?$/,
      sure: 0.85,
    },
  ],
  cause:
    'the tool uses a module that newer Pythons no longer have: distutils and imp went with Python 3.12, pkg_resources with setuptools 82',
  cure: 'update the tool (node-gyp 10 or newer), install setuptools for this Python (`pip install "setuptools<81"`, `python3-setuptools`), or use Python 3.11',
  explains: ['tool-missing', 'node-gyp-python'],
  references: ['https://peps.python.org/pep-0632/'],
  examples: [
    "ModuleNotFoundError: No module named 'distutils'",
    "AttributeError: module 'pkgutil' has no attribute 'ImpImporter'. Did you mean: 'zipimporter'?",
  ],
  lookAlikes: ["ModuleNotFoundError: No module named 'app.models'"],
};
