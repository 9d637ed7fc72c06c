/**
 * What runs in a fresh root to see whether an artifact works there, where the user gave no command. Each prints the
 * loader's own words where it fails. `LD_BIND_NOW` has every symbol looked up at once, as a later call would.
 */
import { isAddon } from './needs.ts';
import type { Provable } from './provable.ts';

export interface Command {
  readonly script: string;
  /**
   * Any exit code but 0 is a failure; else only those of a shell that couldn't start the program, and of loaders. What a
   * program answers to `--version` is its own affair.
   */
  readonly strict: boolean;
}

export function commandFor(artifact: Provable, run: string | undefined): Command {
  if (run !== undefined) return { script: run, strict: true };
  switch (artifact.kind) {
    case 'executable':
      return { script: start('"$ARTIFACT"'), strict: false };
    case 'library':
      return { script: preload('"$ARTIFACT"'), strict: true };
    case 'node-addon':
      return { script: requiring('"$ARTIFACT"'), strict: true };
    case 'wheel':
      return { script: importing(artifact), strict: true };
    case 'archive':
    case 'package':
    case 'file':
      return { script: unpacking(artifact), strict: true };
  }
  return artifact.kind satisfies never;
}

function start(program: string): string {
  return `LD_BIND_NOW=1 ${program} --version </dev/null`;
}

/** glibc's loader goes on where it can't load it, and says so. */
function preload(library: string): string {
  return [
    `said=$(LD_BIND_NOW=1 LD_PRELOAD=${library} /bin/true 2>&1) || { echo "$said"; exit 127; }`,
    `case $said in *"cannot be preloaded"*) echo "$said"; exit 127;; esac`,
  ].join('\n');
}

function importing({ elfs }: Provable): string {
  const modules = elfs
    .filter(({ path, type }) => type === 'shared' && !/\.libs\//.test(path))
    .map(({ path }) => path.replace(/\.(cpython-[^/]*|abi3\.|)so$/, '').replaceAll('/', '.'));
  return [
    'python3 -m pip install --quiet --no-deps --no-index --no-cache-dir --target /tmp/site "$ARTIFACT"',
    `PYTHONPATH=/tmp/site python3 -c '${modules.map((name) => `import ${name}`).join('; ')}'`,
  ].join('\n');
}

/** Where there is no Node, the loader alone is asked: what only Node has is then missing, and says nothing. */
function requiring(addon: string): string {
  return `
if command -v node >/dev/null; then
  node -e 'require(require("path").resolve(process.argv[1]))' ${addon}
else
  said=$(LD_PRELOAD=${addon} /bin/true 2>&1) || :
  said=$(echo "$said" | grep -v -e napi_ -e node_ -e _ZN2v8 -e _ZN4node -e ': uv_') || :
  case $said in *Error*|*"cannot be preloaded"*|*"symbol lookup error"*) echo "$said"; exit 127;; esac
fi`.trim();
}

/** Every program in it is started, every library loaded and every addon required. */
function unpacking({ elfs }: Provable): string {
  const lines = elfs.flatMap(({ path, type }) => {
    if (type === 'rel') return [];
    const file = quoted(`./${path}`);
    if (isAddon(path)) return [requiring(file)];
    if (type === 'shared') return [preload(file)];
    return [`code=0; ${start(file)} || code=$?`, 'case $code in 126|127|1[3-5]?) exit $code;; esac'];
  });
  return ['mkdir /tmp/all; cd /tmp/all', 'tar -xf "$ARTIFACT"', ...lines].join('\n');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
