import type { FailureClass } from '../failure-class.ts';

export const nodeGypPython: FailureClass = {
  class: 'node-gyp-python',
  signs: [
    { says: /'which' failed Error: not found: python\d?/, sure: 0.75, soft: true },
    {
      says: /Command failed: \S*python\S* -c import|print '%s\.%s\.%s' % sys\.version_info/,
      beside: /gyp/,
      within: 4,
      sure: 0.88,
      cause: 'this node-gyp is so old that it asks for Python 2, and finds Python 3',
      cure: 'take a newer npm or node-gyp (5 or newer), or the dependency that brings it; Python 2 only for what is not renewed',
    },
    {
      says: /gyp (?:ERR!|error|verb|info)? ?find Python/,
      unless: /using Python version|found at|find Python using/,
      sure: 0.95,
    },
    { says: /Can't find Python executable '(?<program>[^']+)'/, sure: 0.96 },
    { says: /Could not find any Python(?: \d)? installation to use/, sure: 0.97 },
    {
      says: /(?:gyp|node-gyp).*(?:Python|python).{0,60}(?:not (?:found|set|installed)|missing|unable|could not|ENOENT|is not)/,
      unless: /distutils|using Python/,
      sure: 0.9,
    },
    { says: /You need to install the latest version of Python|node-gyp requires Python/, sure: 0.93 },
  ],
  cause:
    'node-gyp compiles an addon and finds no Python; mostly because no ready binary of the addon fits this libc, CPU and Node',
  cure: {
    any: 'install what it compiles with: `apt-get install python3 make g++`, `apk add python3 make g++`, `dnf install python3 make gcc-c++`; or see why the prebuilt binary was not used',
    debian: '`apt-get install python3 make g++`, or see why the prebuilt binary was not used',
    alpine: '`apk add python3 make g++`, or take a version of the addon with a musl binary',
    fedora: '`dnf install python3 make gcc-c++`',
  },
  explains: ['tool-missing', 'node-gyp-headers', 'npm-optional-dep-missing'],
  references: [
    'https://github.com/nodejs/docker-node/issues/1706',
    'https://github.com/nodejs/node-gyp#installation',
  ],
  examples: [
    'npm ERR! gyp ERR! find Python Python is not set from command line or npm configuration\nnpm ERR! gyp ERR! find Python - "python3" is not in PATH or produced an error',
    'gyp ERR! stack Error: Can\'t find Python executable "python", you can set the PYTHON env variable.',
    'gyp ERR! stack Error: Could not find any Python installation to use',
  ],
  lookAlikes: [
    'gyp info find Python using Python version 3.11.2 found at "/usr/bin/python3"',
    "ModuleNotFoundError: No module named 'distutils'",
  ],
};
