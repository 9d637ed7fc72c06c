import { compareDotted } from '../../abi/dotted.ts';
import { jsonIn } from '../../base/json-text.ts';
import { npmAllows, npmList } from '../../formats/npm-manifest.ts';
import type { Problem } from '../report.ts';
import type { Contents, FoundElf } from '../walk/contents.ts';
import { isProgram, libcInWords, loadable, namesOf, nodeArch, type Judged } from './judged.ts';
import { nativeNames, type NativeName } from './native-names.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc: readonly string[];
  /** Paths inside of the package. */
  readonly bin: readonly string[];
}

/** package.json against the files beside it. `root` is the tarball's own folder: `package/`, or nothing on a disk. */
export function judgeNpm(contents: Contents, root: string): Judged {
  const manifest = parseManifest(contents.texts.get(`${root}package.json`) ?? '');
  if (manifest === undefined) return { claims: {}, problems: [] };
  const files = loadable(contents);
  const readme = [...contents.texts].find(([path]) => /^readme/i.test(path.slice(root.length)))?.[1];
  const problems = [
    ...osProblems(manifest, files),
    ...cpuProblems(manifest, files),
    ...libcProblems(manifest, files),
    ...nameProblems(manifest, files),
    ...modeProblems(manifest, files, root),
    ...readmeProblems(readme, files),
  ];
  const { name, version, os, cpu, libc } = manifest;
  return { claims: { name, version, os, cpu, libc }, problems };
}

export function parseManifest(text: string): Manifest | undefined {
  const value = jsonIn(text);
  if (value === null || typeof value !== 'object') return undefined;
  const { name, version, os, cpu, libc, bin } = value as Record<string, unknown>;
  if (typeof name !== 'string' || typeof version !== 'string') return undefined;
  const bins = typeof bin === 'object' && bin !== null ? Object.values(bin) : [bin];
  return {
    name,
    version,
    os: npmList(os),
    cpu: npmList(cpu),
    libc: npmList(libc),
    bin: bins.filter((path) => typeof path === 'string').map((path) => path.replace(/^(?:\.?\/)+/, '')),
  };
}

/** Only what is certain: a static file could be of any system that takes ELF files. */
function systemOf({ audit, traits }: FoundElf): string | undefined {
  if (traits.system !== null) return traits.system === 'Solaris' ? 'sunos' : traits.system.toLowerCase();
  if (audit.libc === 'glibc' || audit.libc === 'musl') return 'linux';
  return audit.libc === 'bionic' ? 'android' : undefined;
}

function osProblems({ os }: Manifest, files: readonly FoundElf[]): Problem[] {
  const certain = files.filter((file) => systemOf(file) !== undefined);
  if (certain.length === 0 || certain.some((file) => npmAllows(os, systemOf(file)!))) return [];
  const systems = [...new Set(certain.map(systemOf))].join(' and ');
  return [
    {
      code: 'claim-os-false',
      severity: 'error',
      message: `"os" allows ${list(os)}, but ${namesOf(certain)} runs on ${systems} only`,
      hint: `set "os": ["${systemOf(certain[0]!)}"] in package.json`,
      path: null,
    },
  ];
}

function cpuProblems({ os, cpu }: Manifest, files: readonly FoundElf[]): Problem[] {
  if (cpu.length === 0 || files.length === 0) return [];
  const arches = [...new Set(files.map(({ audit }) => nodeArch(audit.machine)))];
  if (!arches.some((arch) => npmAllows(cpu, arch))) {
    return [
      {
        code: 'claim-cpu-false',
        severity: 'error',
        message: `"cpu" allows ${list(cpu)}, but ${namesOf(files)} is for ${arches.join(' and ')}`,
        hint: `set "cpu": ["${arches[0]}"] in package.json`,
        path: null,
      },
    ];
  }
  // With other systems allowed the missing file may be one that is no ELF.
  const missing = cpu.filter((word) => !word.startsWith('!') && word !== 'any' && !arches.includes(word));
  if (missing.length === 0 || os.length !== 1 || os[0] !== 'linux') return [];
  return [
    {
      code: 'claim-cpu-false',
      severity: 'warning',
      message: `"cpu" names ${list(missing)}, but the package has no file for it`,
      hint: `take ${list(missing)} out of "cpu", or add the file`,
      path: null,
    },
  ];
}

function libcProblems({ os, libc }: Manifest, files: readonly FoundElf[]): Problem[] {
  const dynamic = files.filter(({ audit }) => audit.libc === 'glibc' || audit.libc === 'musl');
  const kinds = [...new Set(dynamic.map(({ audit }) => audit.libc))];
  if (libc.length > 0) {
    if (kinds.length === 0 || kinds.some((kind) => npmAllows(libc, kind))) return [];
    return [
      {
        code: 'claim-libc-false',
        severity: 'error',
        message: `"libc" allows ${list(libc)}, but ${namesOf(dynamic)} needs ${libcInWords(dynamic[0]!.audit)}`,
        hint: `set "libc": ["${kinds[0]}"] in package.json`,
        path: null,
      },
    ];
  }
  const isPlatformPackage = os.length > 0 && os.every((word) => word === 'linux');
  if (!isPlatformPackage || kinds.length !== 1) return [];
  const [own, other] = kinds[0] === 'glibc' ? ['glibc', 'musl'] : ['musl', 'glibc'];
  return [
    {
      code: 'claim-libc-missing',
      severity: 'warning',
      message: `there is no "libc", so it is installed beside ${other} too, and ${namesOf(dynamic)} needs ${libcInWords(dynamic[0]!.audit)}`,
      hint: `add "libc": ["${own}"] to package.json`,
      path: null,
    },
  ];
}

/** `@scope/linux-x64-musl` says what is in it as clearly as package.json does. */
function nameProblems({ name }: Manifest, files: readonly FoundElf[]): Problem[] {
  const said: NativeName | undefined = nativeNames(name);
  if (said === undefined || files.length === 0) return [];
  const problem = (what: string, found: FoundElf): Problem => ({
    code: 'claim-name-false',
    severity: 'error',
    message: `the name ${name} says ${what}, but ${found.audit.path} ${whatItIs(found)}`,
    hint: 'rename the package, or build what its name says',
    path: found.audit.path,
  });
  if (said.libc === 'static') {
    const dynamic = files.find(({ audit }) => audit.libc === 'glibc' || audit.libc === 'musl');
    return dynamic === undefined ? [] : [problem('static', dynamic)];
  }
  const wrong: Problem[] = [];
  const dynamic = files.filter(({ audit }) => audit.libc === 'glibc' || audit.libc === 'musl');
  if (
    said.libc !== undefined &&
    dynamic.length > 0 &&
    !dynamic.some(({ audit }) => audit.libc === said.libc)
  ) {
    wrong.push(problem(said.libc, dynamic[0]!));
  }
  if (said.arch !== undefined && !files.some(({ audit }) => nodeArch(audit.machine) === said.arch)) {
    wrong.push(problem(said.arch, files[0]!));
  }
  return wrong;
}

function whatItIs({ audit }: FoundElf): string {
  const interpreter = audit.interpreter === null ? '' : `, by its interpreter ${audit.interpreter}`;
  return `is for ${nodeArch(audit.machine)} and needs ${libcInWords(audit)}${interpreter}`;
}

/** npm makes what `bin` names executable, and keeps all other files as the tarball has them. */
function modeProblems({ bin }: Manifest, files: readonly FoundElf[], root: string): Problem[] {
  return files
    .filter(({ audit, mode }) => isProgram(audit) && mode !== undefined && (mode & 0o111) === 0)
    .filter(({ audit }) => !bin.includes(audit.path.slice(root.length)))
    .map(({ audit, mode }) => ({
      code: 'claim-not-executable',
      severity: 'warning',
      message: `${audit.path} is a program, but its mode is ${mode!.toString(8).padStart(4, '0')} and "bin" does not name it`,
      hint: 'set its mode to 0755 before packing, or name it in "bin"',
      path: audit.path,
    }));
}

/** A version that stands right behind the word, as in "glibc (2.28)", "glibc >= 2.17" or "glibc 2.31 or newer". */
const README_GLIBC = /\bglibc\b(?:[\s(>=≥:`*~]|version|v|at least|or newer)*(2\.\d+)/gi;

function readmeProblems(readme: string | undefined, files: readonly FoundElf[]): Problem[] {
  const promised = [...(readme ?? '').matchAll(README_GLIBC)].map((match) => match[1]!);
  if (promised.length === 0) return [];
  const most = promised.reduce((a, b) => (compareDotted(a, b) >= 0 ? a : b));
  return files
    .filter(({ audit }) => audit.libc === 'glibc' && compareDotted(audit.floor.GLIBC ?? '0', most) > 0)
    .map(({ audit }) => ({
      code: 'claim-readme-glibc',
      severity: 'warning',
      message: `the readme says glibc ${most}, but ${audit.path} needs ${audit.floor.GLIBC}${because(audit.forcedBy.GLIBC)}`,
      hint: `build it in an environment with glibc ${most} or older, or say ${audit.floor.GLIBC} in the readme`,
      path: audit.path,
    }));
}

function because(forcedBy: FoundElf['audit']['forcedBy']['GLIBC']): string {
  const symbols = (forcedBy ?? []).flatMap(({ symbol }) => symbol ?? []);
  return symbols.length === 0 ? '' : ` (${symbols.slice(0, 3).join(', ')}${symbols.length > 3 ? ', …' : ''})`;
}

function list(words: readonly string[]): string {
  return words.length === 0 ? 'everything' : words.map((word) => `"${word}"`).join(', ');
}
