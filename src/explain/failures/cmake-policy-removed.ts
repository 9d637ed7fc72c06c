import type { FailureClass } from '../failure-class.ts';

export const cmakePolicyRemoved: FailureClass = {
  class: 'cmake-policy-removed',
  signs: [{ says: /Compatibility with CMake < 3\.5 has been removed/, sure: 0.97 }],
  cause: 'this CMake (4.0 or newer) no longer builds projects that ask for less than 3.5',
  cure: 'update the project or the dependency; until then `-DCMAKE_POLICY_VERSION_MINIMUM=3.5` (or the variable of that name), or CMake 3',
  references: ['https://cmake.org/cmake/help/latest/release/4.0.html'],
  examples: [
    'CMake Error at CMakeLists.txt:1 (cmake_minimum_required):\n  Compatibility with CMake < 3.5 has been removed from CMake.',
    '  Compatibility with CMake < 3.5 has been removed from CMake.\n\n  Or, add -DCMAKE_POLICY_VERSION_MINIMUM=3.5 to try configuring anyway.',
  ],
  lookAlikes: [
    'CMake Deprecation Warning: Compatibility with CMake < 3.10 will be removed from a future version',
  ],
};
