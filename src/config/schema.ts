/*
 * The shape of targetry.yaml: which keys there are, and what a value may be. What a name refers to, and whether the
 * parts fit each other, is checked in resolve.ts, where the answer can be about the project.
 *
 * Values arrive as text, lists and mappings (see document.ts). Every key of the format is known here, also those that
 * Targetry can't serve yet: `later` answers them with "not yet" instead of "unknown".
 *
 * The JSON Schema that editors use is made from this file by scripts/schema.mjs, so descriptions are for users.
 */
import * as v from 'valibot';
import { cpus } from '../abi/cpu.ts';
import { libcs } from '../abi/libc.ts';
import { variableForm } from '../base/env.ts';
import { releaseNames, type ReleasedDistro } from './distro-releases.ts';
import { images } from './image-schema.ts';
import { mirroredDistros } from './mirrors.ts';
import { asWritten, described, oneOrMore, scalar, selection, text, variables } from './schema-parts.ts';

const flag = () => v.picklist(['true', 'false']);

const several = <const Item extends v.GenericSchema<string>>(item: Item) =>
  v.pipe(v.array(item), v.nonEmpty('must not be empty: nothing would be built'));

/** Names go into file names, the lock and command lines. */
const nameForm = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;
const name = () =>
  v.pipe(v.string(), v.regex(nameForm, 'is not a name: use letters, digits, `.`, `_`, `+` and `-`'));

export function isName(word: string): boolean {
  return nameForm.test(word);
}

/** A key of the format that isn't served yet; `instead` is what to do today. */
const later = (instead: string) => v.exactOptional(v.custom<never>(() => false, instead));

const archNames = [
  ...new Set(cpus.flatMap((cpu) => [cpu.arch, cpu.debian, cpu.alpine, cpu.machine].concat(cpu.aliases))),
];

const release = (distro: ReleasedDistro, description: string) =>
  v.exactOptional(described(v.pipe(v.picklist(releaseNames(distro)), v.metadata(asWritten)), description));

const repository = v.strictObject({
  url: described(
    text(),
    'Where it is: `https://…`, or `file:FOLDER` relative to this file. An apk repository is the folder above those of the CPUs.',
  ),
  name: v.exactOptional(described(name(), 'What the lock calls it. Default: the last part of the address.')),
  suite: v.exactOptional(
    described(text(), 'The suite of a deb repository, such as `bookworm`; `./` for one without suites.'),
  ),
  components: v.exactOptional(
    described(v.array(text()), 'The components of a deb repository. Default: main.'),
  ),
  key: v.exactOptional(
    described(text(), 'The file of the public key that signs it. Default: the keys of the distro.'),
  ),
  priority: v.exactOptional(
    described(
      v.pipe(v.string(), v.regex(/^-?\d{1,5}$/, 'is not a whole number'), v.metadata(asWritten)),
      'How much it counts among deb repositories, as a pin of apt. Default: 500.',
    ),
  ),
  tag: v.exactOptional(
    described(name(), 'Takes packages of this apk repository only where `name@tag` asks for it.'),
  ),
});

const packageEntries = {
  debian: release('debian', 'The Debian release: a code name or a number.'),
  ubuntu: release('ubuntu', 'The Ubuntu release: a code name or a number.'),
  alpine: release('alpine', 'The Alpine release: `3.20`, or `edge`.'),
  packages: v.exactOptional(
    described(
      v.array(text()),
      'Packages to install, with pins (`name=1.2.*`) and exclusions (`-name`) as the distro writes them.',
    ),
  ),
  recommends: v.exactOptional(described(flag(), 'Also install what the packages recommend. Default: false.')),
  repositories: v.exactOptional(
    described(
      v.array(repository),
      'Repositories of packages, besides those of the distro or instead of one.',
    ),
  ),
};

const environment = v.strictObject({
  ...packageEntries,
  wolfi: v.exactOptional(described(v.picklist(['true']), 'Made of the packages of Wolfi, which rolls on.')),
  image: v.exactOptional(
    described(text(), 'An OCI image, locked by digest: `quay.io/pypa/manylinux_2_28_x86_64`.'),
  ),
  rootfs: v.exactOptional(described(text(), 'A folder or a tar with a root filesystem, locked by hash.')),
  users: v.exactOptional(
    described(
      v.array(
        v.pipe(
          v.string(),
          v.regex(
            /^[a-z_][a-z0-9_-]{0,30}$/,
            'is no name of an account: use small letters, digits, `_` and `-`',
          ),
        ),
      ),
      'Accounts in the root, besides those of the distro.',
    ),
  ),
  tools: v.exactOptional(
    described(
      v.strictObject({
        npm: v.exactOptional(
          described(
            v.array(
              v.pipe(
                v.string(),
                v.regex(
                  /^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*@\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/,
                  'is no package of npm with its version: write it like `pnpm@10.20.0`',
                ),
              ),
            ),
            'Packages of npm with their versions: `pnpm@10.20.0`.',
          ),
        ),
        pypi: v.exactOptional(
          described(
            v.array(
              v.pipe(
                v.string(),
                v.regex(
                  /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?==\d[\w.!+-]*$/,
                  'is no package of PyPI with its version: write it like `ziglang==0.15.1`',
                ),
              ),
            ),
            'Packages of PyPI with their versions: `ziglang==0.15.1`.',
          ),
        ),
      }),
      'Programs that Targetry itself locks and unpacks, first on PATH.',
    ),
  ),
  env: v.exactOptional(described(variables(), 'Variables of every step that runs in this environment.')),
  sysroot: v.exactOptional(
    described(
      v.strictObject(packageEntries),
      'Headers and libraries of another release, distro, libc or CPU, against which steps compile: `{ debian: bullseye, packages: [libc6-dev] }`.',
    ),
  ),
  rocky: later('use `debian: bullseye` for an old glibc until then'),
});

const target = v.strictObject({
  environment: described(v.string(), 'The environment in which the steps of this target run.'),
  arch: described(v.picklist(archNames), 'The CPU of the result.'),
  libc: v.exactOptional(
    described(v.picklist(libcs), 'The libc of the result. Default: that of the environment.'),
  ),
  promise: v.exactOptional(
    described(
      v.array(v.string()),
      'What the artifacts need at most, such as `glibc:2.31`, `musl` or `static`.',
    ),
  ),
  env: v.exactOptional(described(variables(), 'Variables of every step of this target.')),
  builder: v.exactOptional(
    described(
      v.picklist(archNames),
      'The CPU that compiles, where it is not that of the result: the root is of it, with a cross compiler. Default: `arch`; with a `sysroot`, the CPU of this machine.',
    ),
  ),
});

const matrix = v.strictObject({
  environment: described(several(v.string()), 'The environments.'),
  arch: described(several(v.picklist(archNames)), 'The CPUs of the results.'),
  libc: v.exactOptional(described(several(v.picklist(libcs)), 'The libcs of the results.')),
  builder: target.entries.builder,
  promise: target.entries.promise,
  env: target.entries.env,
  exclude: v.exactOptional(
    described(
      v.array(
        v.strictObject({
          environment: selection.entries.environment,
          arch: selection.entries.arch,
          libc: selection.entries.libc,
        }),
      ),
      'Combinations to leave out.',
    ),
  ),
  name: v.exactOptional(
    described(text(), 'The name of each target. Default: "{environment}-{arch}", and "-{libc}" with `libc`.'),
  ),
});

const variableName = () => v.pipe(v.string(), v.regex(variableForm, 'is not the name of a variable'));

const cache = v.strictObject({
  name: described(name(), 'Of a known tool; any other name with a `path`.'),
  path: v.exactOptional(described(text(), 'The folder: relative to the source, or absolute.')),
  env: v.exactOptional(described(variableName(), 'A variable that gets the folder.')),
  share: v.exactOptional(
    described(
      v.picklist(['step', 'target', 'environment', 'project']),
      'Who else uses it, of the same libc and CPU. Default: who has the same environment, and for tools that do not tell options apart the same command and variables.',
    ),
  ),
});

const secret = v.strictObject({
  name: described(name(), 'As `--secret id=NAME` and the environment of the command call it.'),
  path: v.exactOptional(described(text(), 'The file that holds it while the step runs.')),
  env: v.exactOptional(described(variableName(), 'The variable that holds it.')),
});

const step = v.strictObject({
  name: described(text(), 'What progress and errors call the step.'),
  run: described(text(), 'The command, for `sh -eu`, in the folder of the source.'),
  env: v.exactOptional(described(variables(), 'Variables of this step.')),
  network: v.exactOptional(described(flag(), 'Whether the step may use the network. Default: false.')),
  only: v.exactOptional(described(selection, 'Run for these targets only.')),
  except: v.exactOptional(described(selection, 'Run for all but these targets.')),
  inputs: v.exactOptional(
    described(
      v.pipe(v.array(text()), v.nonEmpty('must not be empty: leave it out for the whole source')),
      'Globs of the files that this step sees of the source, so that other edits do not run it again. Default: all.',
    ),
  ),
  each: v.exactOptional(
    described(
      v.record(
        v.pipe(
          v.string(),
          v.regex(/^[a-z][a-z0-9_]*$/, 'is no name for `each`: use small letters, digits and `_`'),
        ),
        v.pipe(v.array(scalar()), v.nonEmpty('must not be empty: the step would never run')),
      ),
      'Run the step for each value, or each combination: `python: [3.11, 3.12]` sets $PYTHON and {each.python}.',
    ),
  ),
  user: v.exactOptional(
    described(
      v.pipe(
        v.string(),
        v.regex(
          /^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/,
          'is no user: write a name or a number, with a group after `:` where it is another one',
        ),
        v.metadata(asWritten),
      ),
      'The account of the environment that runs the step, to which the source then belongs. Default: root.',
    ),
  ),
  timeout: v.exactOptional(
    described(text(), 'How long the step may take: `90s`, `20m`, `1h30m`. Default: as long as it takes.'),
  ),
  caches: v.exactOptional(
    described(
      v.array(v.union([v.string(), cache])),
      'Folders that stay between builds: names of known tools, or `{ name, path }`. Default: those of the tools that the environment has.',
    ),
  ),
  secrets: v.exactOptional(
    described(
      v.array(v.union([v.string(), secret])),
      'Secrets that the step gets, as a variable and a file in /run/secrets, and that are in no key, log or layer.',
    ),
  ),
});

const artifact = v.strictObject({
  path: described(text(), 'A file, or a glob, in the folder of the source after the last step.'),
  as: v.exactOptional(described(text(), 'Its name under dist/. Default: its own.')),
  kind: described(
    v.picklist(['executable', 'library', 'wheel', 'node-addon', 'archive', 'file']),
    'What it is, which decides how it is audited.',
  ),
});

const proof = v.strictObject({
  only: v.exactOptional(described(selection, 'Prove the artifacts of these targets only.')),
  except: v.exactOptional(described(selection, 'Prove the artifacts of all but these targets.')),
  in: described(v.array(text()), 'Where to run: environments of this file, or releases such as debian-12.'),
  run: v.exactOptional(described(text(), 'The command; `$ARTIFACT` is the artifact.')),
});

const builders = v.record(text(), oneOrMore());

/** The user's own configuration, for all projects. */
export const userSchema = v.strictObject({
  builders: v.exactOptional(described(builders, 'BuildKit daemons, as in targetry.yaml.')),
  certificates: v.exactOptional(
    described(text(), 'A folder with ca.pem, cert.pem and key.pem, for all builders at `tcp://`.'),
  ),
  mirrors: v.exactOptional(
    described(
      v.strictObject(v.entriesFromList(mirroredDistros, v.exactOptional(text()))),
      "Servers of the distros' packages: `debian: http://mirror.example.org/debian`.",
    ),
  ),
});

export const fileSchema = v.strictObject({
  name: described(name(), 'The name of the project.'),
  version: v.exactOptional(
    described(
      v.pipe(v.string(), v.nonEmpty('must not be empty'), v.metadata(asWritten)),
      'Its version, taken as written.',
    ),
  ),
  source: v.exactOptional(
    described(
      v.strictObject({
        ignore: v.exactOptional(
          described(v.array(text()), 'What steps must not see, in the language of .gitignore.'),
        ),
      }),
      'What of the folder is the source. Default: what git tracks, submodules too, else everything but .git, node_modules and dist.',
    ),
  ),
  environments: described(v.record(name(), environment), 'The root filesystems in which steps run, by name.'),
  targets: v.exactOptional(described(v.record(name(), target), 'What to build for, by name.')),
  matrix: v.exactOptional(
    described(
      matrix,
      'Targets by their properties: one for each combination, besides those under `targets`.',
    ),
  ),
  steps: v.exactOptional(described(v.array(step), 'Commands, run in order for each target.')),
  artifacts: v.exactOptional(
    described(
      v.pipe(v.array(artifact), v.nonEmpty('must not be empty: nothing would be built')),
      'What the steps leave behind. May be left out, with the steps, where only environments are wanted.',
    ),
  ),
  proof: v.exactOptional(described(v.array(proof), 'Where the artifacts must be seen to run.')),
  images: v.exactOptional(
    described(images, 'OCI images of environments and artifacts, for `docker load` and for registries.'),
  ),
  builders: v.exactOptional(
    described(
      builders,
      'BuildKit daemons that share the targets, by the CPU that they have: `linux/arm64: tcp://HOST:PORT`, or a list of them; `any` where they shall be asked for it. Those of the user go before.',
    ),
  ),
  cache: v.exactOptional(
    described(
      v.strictObject({
        from: v.exactOptional(
          described(v.array(text()), 'Where a daemon looks for results before it runs a step.'),
        ),
        to: v.exactOptional(described(v.array(text()), 'Where a daemon leaves the results of all steps.')),
      }),
      'Where BuildKit daemons share results: `registry://HOST/NAME`, `file:FOLDER` or `github`. This machine keeps its own in the store.',
    ),
  ),
});

export type UserContent = v.InferOutput<typeof userSchema>;

/** What the file says, in the right types, before names are resolved. */
export type FileContent = v.InferOutput<typeof fileSchema>;
export type EnvironmentContent = v.InferOutput<typeof environment>;
export type TargetContent = v.InferOutput<typeof target>;
export type SelectionContent = v.InferOutput<typeof selection>;
