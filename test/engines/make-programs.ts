/** Builds what the tests start, beside files that need none of it; what can't be had is told by the tests that miss it. */
import { buildkitProgram, Missing, newestVersion, olderVersion } from './go-programs.ts';

for (const [name, version] of [
  ['buildkitd', newestVersion],
  ['buildctl', newestVersion],
  ['buildkitd', olderVersion],
] as const) {
  try {
    await buildkitProgram(name, version);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
  }
}
