/**
 * Order of dotted numbers, as symbol versions and libc releases have them: 2.4 < 2.28 < 2.28.1. What follows the digits of
 * a part doesn't count: 1.2.4_git20230717 is 1.2.4, a snapshot on the way to what comes next.
 */
export function compareDotted(a: string, b: string): number {
  // Thousands of files are held against every release: no lists are made for it.
  for (let i = 0, j = 0; i < a.length || j < b.length; i = pastDot(a, i), j = pastDot(b, j)) {
    const order = partAt(a, i) - partAt(b, j);
    if (order !== 0) return order;
  }
  return 0;
}

/** Less than every number where there is none. */
function partAt(text: string, start: number): number {
  if (start >= text.length) return -1;
  let value = 0;
  for (let at = start; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}

function pastDot(text: string, start: number): number {
  const dot = text.indexOf('.', start);
  return dot < 0 ? text.length : dot + 1;
}
