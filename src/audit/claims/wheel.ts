/**
 * A wheel's tags against its files. The name `pkg-1.0-cp311-abi3-manylinux_2_17_x86_64.whl` makes three claims, and pip
 * believes them: which Pythons load it, by which ABI, and which systems have all that its libraries need.
 */
import { compareDotted } from '../../abi/dotted.ts';
import type { Libc } from '../../abi/libc.ts';
import { pypiTakes } from '../../abi/pypi.ts';
import { stableAbiSince } from '../../abi/python.ts';
import { parseWheelPlatform, wheelCpu } from '../../abi/wheel-platform.ts';
import { policyFor, wheelPolicies } from '../../abi/wheel-policies.ts';
import { parseWheelName, type WheelName } from '../../formats/wheel-name.ts';
import type { Code } from '../../report/codes.ts';
import type { Problem } from '../report.ts';
import { againstPolicy } from '../wheel-tags.ts';
import type { Contents, FoundElf } from '../walk/contents.ts';
import { loadable, namesOf, type Judged } from './judged.ts';

/** `allowed` are the platform tags that the files may carry, as the policies say. */
export function judgeWheel(
  contents: Contents,
  fileName: string,
  allowed: readonly string[],
  bundled: ReadonlySet<string>,
): Judged {
  const wheel = parseWheelName(fileName);
  if (wheel === undefined) {
    const message = `${fileName} is no name of a wheel`;
    const hint = 'name it NAME-VERSION-PYTHON-ABI-PLATFORM.whl';
    return { claims: {}, problems: [problem('claim-wheel-name', message, hint)] };
  }
  const files = loadable(contents);
  const metadata = wheelMetadata(contents);
  const { name, version, pythons, abis, platforms } = wheel;
  const problems = [
    ...metadataProblems(metadata, wheel),
    ...pureProblems(metadata, files),
    ...platforms.flatMap((platform) => platformProblems(platform, files, allowed, bundled)),
    ...files.flatMap((file) => moduleProblems(file, wheel)),
  ];
  const refused = platforms.filter((platform) => !pypiTakes(platform));
  return {
    claims: { name, version, pythons, abis, platforms, pypi: refused.length === 0 },
    problems: [...problems, ...refused.map((platform) => refusedByPypi(platform, allowed))],
  };
}

interface WheelMetadata {
  readonly path: string;
  readonly pure: boolean;
  readonly tags: readonly string[];
}

function wheelMetadata({ texts }: Contents): WheelMetadata | undefined {
  const found = [...texts].find(([path]) => path.endsWith('.dist-info/WHEEL'));
  if (found === undefined) return undefined;
  const lines = found[1].split(/\r?\n/).map((line) => /^([\w-]+):\s*(.*?)\s*$/.exec(line));
  const values = (key: string): string[] => lines.flatMap((line) => (line?.[1] === key ? [line[2]!] : []));
  return {
    path: found[0],
    pure: values('Root-Is-Purelib')[0]?.toLowerCase() === 'true',
    tags: values('Tag'),
  };
}

function metadataProblems(metadata: WheelMetadata | undefined, wheel: WheelName): Problem[] {
  if (metadata === undefined) {
    const hint = 'build the wheel again with a tool that writes one';
    return [problem('claim-wheel-name', 'there is no .dist-info/WHEEL, so no installer takes it', hint)];
  }
  const named = wheel.pythons.flatMap((python) =>
    wheel.abis.flatMap((abi) => wheel.platforms.map((platform) => `${python}-${abi}-${platform}`)),
  );
  const written = metadata.tags.flatMap(expandTag);
  const same = named.every((tag) => written.includes(tag)) && written.every((tag) => named.includes(tag));
  if (same) return [];
  const message = `its name says ${named.join(', ')}, and ${metadata.path} says ${written.join(', ') || 'nothing'}`;
  const hint = 'rename the wheel with `wheel tags`, which changes both';
  return [{ ...problem('claim-wheel-name', message, hint), path: metadata.path }];
}

function expandTag(tag: string): string[] {
  const [pythons = [], abis = [], platforms = []] = tag.split('-').map((part) => part.split('.'));
  return pythons.flatMap((python) =>
    abis.flatMap((abi) => platforms.map((platform) => `${python}-${abi}-${platform}`)),
  );
}

function pureProblems(metadata: WheelMetadata | undefined, files: readonly FoundElf[]): Problem[] {
  if (metadata?.pure !== true || files.length === 0) return [];
  const message = `${metadata.path} says that it is pure Python, but it holds ${namesOf(files)}`;
  const hint = 'set Root-Is-Purelib to false: the files belong into platlib';
  return [{ ...problem('claim-wheel-pure', message, hint), path: metadata.path }];
}

function platformProblems(
  platform: string,
  files: readonly FoundElf[],
  allowed: readonly string[],
  bundled: ReadonlySet<string>,
): Problem[] {
  if (files.length === 0) return [];
  const hint =
    allowed.length === 0
      ? 'repair it with auditwheel'
      : `tag it ${allowed[0]}, or build it in an older environment`;
  const said = parseWheelPlatform(platform);
  if (said === undefined) {
    const message = `its tag says ${platform}, but it holds ${namesOf(files)} for Linux`;
    return [problem('claim-wheel-tag-false', message, hint)];
  }
  const foreign = files.filter(({ audit }) => !isOfCpu(audit.machine, said.cpu));
  if (foreign.length > 0) {
    const message = `its tag says ${said.cpu}, but ${namesOf(foreign)} is for ${foreign[0]!.audit.machine}`;
    return [problem('claim-wheel-tag-false', message, 'build it again for that CPU, or change the tag')];
  }
  if (said.libc === undefined) return [];
  const { libc, version } = said;
  const [why] = files.flatMap((file) =>
    againstTag(file, libc, version, bundled).map((reason) => `${file.audit.path}: ${reason}`),
  );
  return why === undefined
    ? []
    : [problem('claim-wheel-tag-false', `its tag says ${platform}, but ${why}`, hint)];
}

/** A version between two policies allows what the lower one does, and the glibc of its own number. */
function againstTag(file: FoundElf, libc: Libc, version: string, bundled: ReadonlySet<string>): string[] {
  const policies = wheelPolicies()[libc === 'glibc' ? 'manylinux' : 'musllinux'];
  const policy = policyFor(policies, version);
  if (policy === undefined) return [`no policy for ${version} is known`];
  const reasons = againstPolicy(file, policy, bundled);
  const glibc = file.audit.floor.GLIBC;
  if (policy.version === version || libc === 'musl' || glibc === undefined) return reasons;
  if (compareDotted(glibc, version) > 0) return reasons;
  const above = policies.find((other) => compareDotted(other.version, version) > 0);
  return above === undefined ? [] : againstPolicy(file, above, bundled);
}

function isOfCpu(machine: string, cpu: string): boolean {
  const own = wheelCpu(machine);
  return (
    own === cpu || (own === 'armv7l' && cpu === 'armv6l') || (own === 'x86_64' && /^x86_64_v[2-4]$/.test(cpu))
  );
}

/** The suffix by which Python knows an extension module: `.cpython-311-x86_64-linux-gnu.so`, `.abi3.so`. */
const MODULE = /\.(?:cpython-(\d)(\d+)(t?)d?(?:-(\w+-linux-\w+))?|(abi3t?))\.so$/;

function moduleProblems({ audit, pythonSymbols }: FoundElf, wheel: WheelName): Problem[] {
  const suffix = MODULE.exec(audit.path);
  const wrong = (code: Code, message: string, hint: string): Problem => ({
    ...problem(code, message, hint),
    path: audit.path,
  });
  const problems: Problem[] = [];
  if (suffix?.[1] !== undefined) {
    const python = `cp${suffix[1]}${suffix[2]}`;
    const said = `${wheel.pythons.join('.')}-${wheel.abis.join('.')}`;
    const isStable = wheel.abis.some((abi) => abi.startsWith('abi3'));
    if (isStable || !wheel.abis.includes(`${python}${suffix[3]}`)) {
      const message = `only ${python}${suffix[3]} loads it by its suffix, but the wheel says ${said}`;
      problems.push(
        wrong('claim-wheel-abi-false', message, 'build one wheel per Python, or name the module .abi3.so'),
      );
    }
    const musl = suffix[4]?.includes('-linux-musl');
    if (musl !== undefined && musl !== wheel.platforms.some((platform) => platform.startsWith('musllinux'))) {
      const message = `its suffix names ${suffix[4]}, and Python on ${wheel.platforms.join(', ')} looks for another`;
      if (!wheel.platforms.some((platform) => platform.startsWith('linux_'))) {
        problems.push(
          wrong('claim-wheel-abi-false', message, 'build it with the Python of the libc that the tag names'),
        );
      }
    }
  }
  if (wheel.abis.includes('abi3')) problems.push(...stableProblems(audit.path, pythonSymbols, wheel));
  return problems;
}

/** `cp39-abi3` promises that every Python from 3.9 on has all the names. */
function stableProblems(path: string, symbols: readonly string[], wheel: WheelName): Problem[] {
  const floor = wheel.pythons.map((tag) => /^cp3(\d+)$/.exec(tag)?.[1]).find((minor) => minor !== undefined);
  if (floor === undefined) return [];
  const never = symbols.filter((symbol) => stableAbiSince(symbol) === undefined);
  const later = symbols.filter((symbol) => compareDotted(stableAbiSince(symbol) ?? '0', `3.${floor}`) > 0);
  const problems: Problem[] = [];
  if (never.length > 0) {
    const message = `it says abi3, but uses ${someOf(never)}, not part of the stable ABI`;
    const hint = 'define Py_LIMITED_API and compile again: the compiler then refuses these names';
    problems.push({ ...problem('claim-abi3-false', message, hint), path });
  }
  if (later.length > 0) {
    const least = later
      .map((symbol) => stableAbiSince(symbol)!)
      .reduce((a, b) => (compareDotted(a, b) > 0 ? a : b));
    const message = `it says cp3${floor}-abi3, but ${someOf(later)} came with Python ${least}`;
    const hint = `tag it cp${least.replace('.', '')}, or set Py_LIMITED_API to 3.${floor}`;
    problems.push({ ...problem('claim-abi3-false', message, hint), path });
  }
  return problems;
}

function someOf(names: readonly string[]): string {
  return names.length > 3
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} others`
    : names.join(', ');
}

function refusedByPypi(platform: string, allowed: readonly string[]): Problem {
  const better = allowed.find((tag) => pypiTakes(tag));
  const hint = better === undefined ? 'build it in a manylinux or musllinux environment' : `tag it ${better}`;
  return {
    ...problem('claim-pypi-refuses', `PyPI takes no upload with the tag ${platform}`, hint),
    severity: 'warning',
  };
}

function problem(code: Code, message: string, hint: string): Problem {
  return { code, severity: 'error', message, hint, path: null };
}
