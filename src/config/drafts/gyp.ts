/** Which addon a `binding.gyp` makes on Linux. Such a file is a literal of Python, with conditions on the system in it. */

type Value = string | readonly Value[] | { readonly [key: string]: Value };

/** The name of the first addon; undefined where the file can't be read, or has none for Linux. */
export function addonOf(gyp: string): string | undefined {
  const file = literal(gyp);
  if (file === undefined) return undefined;
  return targetsIn(file).find(({ type = 'loadable_module' }) => type === 'loadable_module')?.target_name;
}

function targetsIn(value: Value): { readonly target_name: string; readonly type?: string }[] {
  if (typeof value === 'string' || Array.isArray(value)) return [];
  const { targets, conditions } = value as Readonly<Record<string, Value>>;
  const own = listOf(targets).filter((one) => typeof one === 'object' && 'target_name' in one);
  return [
    ...(own as never[]),
    ...listOf(conditions).flatMap((one) => branchesOnLinux(one).flatMap(targetsIn)),
  ];
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

/** Of `[condition, then, else]` what counts; both where the condition asks for more than the system. */
function branchesOnLinux(choice: Value): readonly Value[] {
  const [condition, ...branches] = listOf(choice);
  const holds = holdsOnLinux(textOf(condition));
  return holds === undefined ? branches : branches.slice(holds ? 0 : 1, holds ? 1 : 2);
}

function holdsOnLinux(condition: string): boolean | undefined {
  const ways = condition.split(/\bor\b/).map((way) => {
    const words = way.split(/\band\b/).map((word) => /^\s*OS\s*(==|!=)\s*["'](\w+)["']\s*$/.exec(word));
    const answers = words.map((word) => word && (word[2] === 'linux') === (word[1] === '=='));
    if (answers.includes(false)) return false;
    return answers.includes(null) ? undefined : true;
  });
  if (ways.includes(true)) return true;
  return ways.includes(undefined) ? undefined : false;
}

/** Lists, dictionaries, strings and the rare number; undefined for anything else. */
function literal(text: string): Value | undefined {
  const tokens = text.match(/#.*|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[{}[\]:,]|[^\s{}[\]:,'"#]+/g) ?? [];
  const words = tokens.filter((token) => !token.startsWith('#'));
  let at = 0;
  const until = (close: string, next: () => void) => {
    while (at < words.length && words[at] !== close) {
      next();
      if (words[at] === ',') at += 1;
    }
    // Past the end where nothing closes it.
    at += 1;
  };
  const value = (): Value => {
    const word = words[at++] ?? '';
    if (word === '[') {
      const list: Value[] = [];
      until(']', () => list.push(value()));
      return list;
    }
    if (word === '{') {
      const entries: [string, Value][] = [];
      until('}', () => {
        const key = textOf(value());
        at += 1;
        entries.push([key, value()]);
      });
      return Object.fromEntries(entries);
    }
    let joined = word.replace(/^(['"])(.*)\1$/s, '$2');
    while (/^['"]/.test(word) && /^['"]/.test(words[at] ?? '')) joined += words[at++]!.slice(1, -1);
    return joined;
  };
  const all = value();
  return at === words.length ? all : undefined;
}
