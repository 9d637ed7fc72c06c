/** The daemons that share a build: those of the command line, else the user's own, else the project's. */
import { ociCpu, parseArch } from '../../abi/cpu.ts';
import type { BuilderRule, Project } from '../../config/project.ts';
import { readUserConfiguration } from '../../config/user.ts';
import { readAddress } from '../../engines/buildkit/address.ts';
import type { DaemonPlace } from '../../engines/fleet/builder.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import type { EngineChoice } from './engine-choice.ts';

type Variables = Context['env'];

/** None where this machine builds, or one daemon does. */
export function chosenBuilders(
  { env }: Pick<Context, 'env'>,
  choice: EngineChoice | undefined,
  project: Project | undefined,
): readonly DaemonPlace[] {
  const { name, address, certificates, builders = [] } = choice ?? {};
  const isOther = address !== undefined || name === 'embedded' || name === 'auto';
  if (builders.length > 0) {
    if (isOther) throw saysTwoThings(address === undefined ? `--engine ${name}` : '--buildkit-addr');
    return builders.map((words) => readBuilder(words, certificates, env));
  }
  if (isOther || (name === 'buildkit' && env['BUILDKIT_HOST'] !== undefined)) return [];
  const own = readUserConfiguration(env);
  const rules = own.builders.length > 0 ? own.builders : (project?.builders ?? []);
  return rules.map((rule) => placeOf(rule, certificates ?? own.certificates, env));
}

/** Where all are named for their CPU, other CPUs are left to this machine. */
export function buildsHereToo(choice: EngineChoice | undefined, builders: readonly DaemonPlace[]): boolean {
  return choice?.name !== 'buildkit' && builders.every(({ cpu }) => cpu !== undefined);
}

function saysTwoThings(other: string): Failure {
  return new Failure('usage', `\`--builder\` and \`${other}\` say two things of who builds`, {
    hint: 'name all daemons with `--builder`, or leave one of the two out',
  });
}

/** Reads `linux/arm64=tcp://HOST:PORT`, or the address alone. */
function readBuilder(words: string, tls: string | undefined, env: Variables): DaemonPlace {
  const [, platform, text] = /^(?:([^:=]+)=)?(.+)$/s.exec(words) ?? [];
  const address = readAddress(text ?? '', env);
  return { name: text!, address, tls, cpu: platform === undefined ? undefined : cpuNamed(platform) };
}

/** As OCI calls it, without a variant. */
function cpuNamed(platform: string): string {
  const arch = parseArch(platform.replace(/^linux\//, ''));
  if (arch === undefined) {
    throw new Failure('buildkit-address', `there is no platform \`${platform}\``, {
      hint: 'write the CPU of the builder before its address: `linux/arm64=tcp://HOST:PORT`',
    });
  }
  return ociCpu(arch);
}

function placeOf({ cpu, address, at }: BuilderRule, tls: string | undefined, env: Variables): DaemonPlace {
  try {
    return { name: address, address: readAddress(address, env), tls, cpu };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw error.with({ at });
  }
}
