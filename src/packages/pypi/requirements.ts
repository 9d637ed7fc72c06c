/**
 * What a wheel needs besides itself, from its METADATA: each `Requires-Dist` whose marker is true for a root. Markers are
 * small formulas (PEP 508): `python_version < "3.8" and extra == "test"`. One that can't be understood counts as true.
 */
import { cpuOf } from '../../abi/cpu.ts';
import { wheelCpu } from '../../abi/wheel-platform.ts';
import type { ToolPlatform } from '../tool-platform.ts';

/** The names, as they are written. */
export function requirementsOf(metadata: string, platform: ToolPlatform): string[] {
  const header = metadata.split(/\r?\n\r?\n/)[0]!;
  return [...header.matchAll(/^Requires-Dist:\s*([A-Za-z0-9][\w.-]*)([^;\r\n]*)(?:;(.*))?$/gm)]
    .filter(([, , , marker]) => marker === undefined || isTrue(marker, variablesOf(platform)))
    .map(([, name]) => name!);
}

type Variables = Readonly<Record<string, string>>;

/** What runs without Python is held against a new one: it only matters to what it would run. */
const NEWEST_PYTHON = '3.14';

function variablesOf({ python = NEWEST_PYTHON, arch }: ToolPlatform): Variables {
  return {
    python_version: python,
    python_full_version: `${python}.0`,
    os_name: 'posix',
    sys_platform: 'linux',
    platform_system: 'Linux',
    platform_machine: wheelCpu(cpuOf(arch).machine)!,
    platform_python_implementation: 'CPython',
    implementation_name: 'cpython',
    implementation_version: `${python}.0`,
    platform_release: '',
    platform_version: '',
    extra: '',
  };
}

const TOKEN = /\s*(\(|\)|"[^"]*"|'[^']*'|<=|>=|===|==|!=|~=|<|>|not\s+in\b|[\w.]+)/gy;

function isTrue(marker: string, variables: Variables): boolean {
  const tokens = [...marker.matchAll(TOKEN)];
  const end = tokens.reduce((length, [text]) => length + text.length, 0);
  if (marker.slice(end).trim() !== '') return true;
  const words = tokens.map(([, word]) => word!);
  return new Formula(words, variables).read() ?? true;
}

class Formula {
  readonly #tokens: readonly string[];
  readonly #variables: Variables;
  #at = 0;

  constructor(tokens: readonly string[], variables: Variables) {
    this.#tokens = tokens;
    this.#variables = variables;
  }

  /** Undefined where it isn't a formula. */
  read(): boolean | undefined {
    const value = this.#either();
    return this.#at === this.#tokens.length ? value : undefined;
  }

  #either(): boolean | undefined {
    let value = this.#both();
    while (this.#take('or')) {
      const other = this.#both();
      value = value === undefined || other === undefined ? undefined : value || other;
    }
    return value;
  }

  #both(): boolean | undefined {
    let value = this.#one();
    while (this.#take('and')) {
      const other = this.#one();
      value = value === undefined || other === undefined ? undefined : value && other;
    }
    return value;
  }

  #one(): boolean | undefined {
    if (this.#take('(')) {
      const value = this.#either();
      return this.#take(')') ? value : undefined;
    }
    const [left, sign, right] = [this.#value(), this.#tokens[this.#at++], this.#value()];
    if (left === undefined || sign === undefined || right === undefined) return undefined;
    return compare(left, sign.replace(/\s+/, ' '), right);
  }

  #value(): string | undefined {
    const token = this.#tokens[this.#at++];
    if (token === undefined) return undefined;
    return /^['"]/.test(token) ? token.slice(1, -1) : this.#variables[token.replaceAll('.', '_')];
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#at] !== word) return false;
    this.#at++;
    return true;
  }
}

function compare(left: string, sign: string, right: string): boolean | undefined {
  if (sign === 'in') return right.includes(left);
  if (sign === 'not in') return !right.includes(left);
  const order = compareVersions(left, right) ?? (left < right ? -1 : left > right ? 1 : 0);
  switch (sign) {
    case '==':
    case '===':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
    case '~=':
      return order >= 0;
    default:
      return undefined;
  }
}

/** Undefined where one of them is no row of numbers. `3.8.*` is as good as `3.8` here. */
function compareVersions(one: string, other: string): number | undefined {
  const [a, b] = [one, other].map((text) => text.replace(/\.\*$/, ''));
  if (!/^\d+(\.\d+)*$/.test(a!) || !/^\d+(\.\d+)*$/.test(b!)) return undefined;
  const [x, y] = [a!.split('.').map(Number), b!.split('.').map(Number)];
  for (let index = 0; index < Math.max(x.length, y.length); index++) {
    const difference = (x[index] ?? 0) - (y[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
