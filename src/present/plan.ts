import type { BuildOutline, PlannedImage, TargetPlan, Way } from '../operations/plan-build.ts';
import { styleFor, type Style } from './style.ts';
import { duration } from '../base/units.ts';
import { displayWidth } from './width.ts';

/** A line for each target with the reason, and the steps below it with what they last took. */
export function renderPlan(
  { targets, images }: BuildOutline,
  { color }: { readonly color: boolean },
): string {
  const style = styleFor(color);
  const width = Math.max(...targets.map(({ target }) => displayWidth(target)));
  const lines = [
    ...targets.flatMap((plan) => targetLines(plan, width, style)),
    ...images.map(imageLine(style)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function imageLine(style: Style): (image: PlannedImage) => string {
  return ({ kind, name, as, targets }) =>
    `image ${style.bold(name)} (${kind}), of ${targets.join(' and ')}: dist/${as}`;
}

function targetLines(
  { target, way, why, hint, on, steps }: TargetPlan,
  width: number,
  style: Style,
): string[] {
  const padding = ' '.repeat(width - displayWidth(target));
  const head = `${style.bold(target)}${padding}  ${painted(way, style)}${' '.repeat(wayWidth - way.length)}  ${why}`;
  const told = steps.map(({ name, seconds }) =>
    seconds === undefined ? `  ${name}` : `  ${name} ${style.dim(`(last ${duration(seconds * 1000)})`)}`,
  );
  const where = on.length === 0 ? [] : [`  on ${on.join(', or ')}`];
  return [head, ...where, ...told, ...(hint === undefined ? [] : [`  hint: ${hint}`])];
}

const wayWidth = 'emulated'.length;

function painted(way: Way, style: Style): string {
  return way === 'emulated' || way === 'open' ? style.yellow(way) : style.green(way);
}
