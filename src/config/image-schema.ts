/** `images:` of the file. */
import * as v from 'valibot';
import { asWritten, described, selection, text, variables } from './schema-parts.ts';

const words = () => v.pipe(v.array(v.string()), v.nonEmpty('must not be empty: leave it out'));

const common = {
  name: v.exactOptional(
    described(
      text(),
      'What it is called, with a tag. Targets whose names come out alike are one image, each for its CPU. Default: `{name}:{version}`, and `-build` or `-test` after it.',
    ),
  ),
  only: v.exactOptional(described(selection, 'For these targets only.')),
  except: v.exactOptional(described(selection, 'For all but these targets.')),
  entrypoint: v.exactOptional(
    described(words(), 'The command that it runs. Default in `run`: the program, where there is one.'),
  ),
  cmd: v.exactOptional(described(words(), 'What is given to the entry point, or run without one.')),
  user: v.exactOptional(
    described(
      v.pipe(
        v.string(),
        v.regex(
          /^[A-Za-z0-9_][\w.-]*(:[A-Za-z0-9_][\w.-]*)?$/,
          'is no user: write a name or a number, with a group after `:`',
        ),
        v.metadata(asWritten),
      ),
      'Who runs it; by number where the image has no accounts. Default: root.',
    ),
  ),
  workdir: v.exactOptional(
    described(
      v.pipe(v.string(), v.regex(/^\//, 'is not an absolute path')),
      'The folder in which it starts.',
    ),
  ),
  env: v.exactOptional(described(variables(), 'Variables, besides those of the environment.')),
  labels: v.exactOptional(
    described(
      v.record(text(), v.pipe(v.string(), v.metadata(asWritten))),
      'Labels: `org.opencontainers.image.source: https://…`.',
    ),
  ),
};

export const images = v.strictObject({
  build: v.exactOptional(
    described(v.strictObject(common), 'The environment in which the steps run, its sysroot included.'),
  ),
  test: v.exactOptional(
    described(
      v.strictObject({
        ...common,
        environment: v.exactOptional(
          described(
            v.string(),
            'Another environment, such as an older release. Default: that of the target.',
          ),
        ),
      }),
      'The environment and the artifacts.',
    ),
  ),
  run: v.exactOptional(
    described(
      v.strictObject({
        ...common,
        with: v.exactOptional(
          described(words(), 'Libraries that are opened by name at run time: `libnss_dns.so.2`.'),
        ),
      }),
      'The artifacts and the libraries that they need, and nothing else.',
    ),
  ),
});

export type ImagesContent = v.InferOutput<typeof images>;
