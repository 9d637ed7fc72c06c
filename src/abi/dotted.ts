/** Order of dotted numbers, as symbol versions and libc releases have them: 2.4 < 2.28 < 2.28.1. */
export function compareDotted(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = Number(left[i] ?? -1) - Number(right[i] ?? -1);
    if (order) return order;
  }
  return 0;
}
