import type { FailureClass } from '../failure-class.ts';

export const cmakeCacheStale: FailureClass = {
  class: 'cmake-cache-stale',
  signs: [
    { says: /The current CMakeCache\.txt directory .+ is different than the directory/, sure: 0.96 },
    { says: /The source '[^']+' does not match the source '[^']+' used to generate cache/, sure: 0.96 },
    { says: /Does not match the generator used previously/, sure: 0.95 },
  ],
  cause:
    'the build folder was configured at another path, or for another generator, and CMake keeps to what it wrote there',
  cure: 'remove CMakeCache.txt and CMakeFiles (or the build folder) and configure anew; keep build folders out of the source that is copied (.dockerignore, `source: { ignore: [build/] }`)',
  references: ['https://cmake.org/cmake/help/latest/manual/cmake.1.html'],
  examples: [
    'CMake Error: The current CMakeCache.txt directory /src/build/CMakeCache.txt is different than the directory /home/me/app/build where CMakeCache.txt was created.',
    'CMake Error: Error: generator : Ninja\nDoes not match the generator used previously: Unix Makefiles',
  ],
  lookAlikes: ['-- Configuring done'],
};
