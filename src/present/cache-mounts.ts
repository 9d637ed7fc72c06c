import { jsonText } from '../base/json-text.ts';
import type { CacheMountChange, CacheMountReport } from '../operations/building/cache-mounts.ts';
import { inOneLine } from './printable.ts';
import { styleFor } from './style.ts';
import { ago, bytes } from '../base/units.ts';

interface MountOptions {
  readonly color: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** One cache in two lines: what it is, and what it is for. */
export function renderCacheMounts(
  reports: readonly CacheMountReport[],
  { color, now }: MountOptions,
): string {
  const style = styleFor(color);
  if (reports.length === 0) return 'no step has left a cache yet\n';
  const lines = reports.map(({ id, about, generation, used, keysItself, size, usedAt }) => {
    const state = generation === undefined ? style.yellow(', given up') : used ? style.green(', in use') : '';
    const own = keysItself ? '' : ', for these options alone';
    const what = Object.entries(about)
      .filter(([word]) => word !== 'name')
      .map(([word, value]) => `${word} ${value}`);
    return [
      `${style.bold(inOneLine(id))}  ${bytes(size)}, last used ${ago(now - usedAt)}${state}\n`,
      `  ${style.dim(inOneLine(`${what.join(', ')}${own}`))}\n`,
    ].join('');
  });
  return lines.join('');
}

export function cacheMountsJson(reports: readonly CacheMountReport[]): string {
  const mounts = reports.map(({ generation, usedAt, ...report }) => ({
    ...report,
    generation: generation ?? null,
    usedAt: new Date(usedAt).toISOString(),
  }));
  return jsonText({ schema: 'targetry.cache-mounts/1', mounts });
}

/** `done` is what was done, such as `cleared`. */
export function renderCacheMountChanges(changes: readonly CacheMountChange[], done: string): string {
  return changes
    .map(({ id, whole }) => {
      const rest = whole ? '' : ', but for what a running step has: clear it again when that is over';
      return `${done} ${inOneLine(id)}${rest}\n`;
    })
    .join('');
}
