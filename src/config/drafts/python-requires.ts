/** What a Python project's build asks for, and the step that installs it. */
import { firstMatch } from './draft.ts';

/** `requires` of `[build-system]`; brackets are in its texts as well. */
export function buildRequires(text: string): readonly string[] {
  const list = /^requires\s*=\s*\[/m.exec(text);
  if (list === null) return [];
  const found: string[] = [];
  const item = /\s*(?:#.*|,|"([^"]*)"|'([^']*)')/y;
  item.lastIndex = list.index + list[0].length;
  for (let match = item.exec(text); match !== null; match = item.exec(text)) {
    const requirement = match[1] ?? match[2];
    if (requirement !== undefined) found.push(requirement);
  }
  return found;
}

export function buildBackend(text: string | undefined): string | undefined {
  return firstMatch(text, /build-backend\s*=\s*["']([^"']+)/);
}

/** Whether a wheel is made of a crate; one that only holds a program is no reason to make a wheel. */
export function compilesCrate(text: string): boolean {
  const asks = buildRequires(text).some((one) => /^(?:maturin|setuptools[-_]rust)\b/.test(one));
  return asks && !/^bindings\s*=\s*["']bin["']/m.test(text);
}

/**
 * Where another CPU is built for, pip takes wheels for that one, and its isolated builds can't run what is in them: so tools
 * are installed by a pip that is told nothing of it.
 */
export function installStep(requirements: readonly string[]): string {
  const words = requirements.map((one) => `'${one.replaceAll("'", '"')}'`);
  const run = `env -u _PYTHON_HOST_PLATFORM -u _PYTHON_SYSCONFIGDATA_NAME python3 -m pip install --upgrade --break-system-packages ${words.join(' ')}`;
  return `{ name: tools, run: ${JSON.stringify(run)}, network: true, inputs: [pyproject.toml] }`;
}
