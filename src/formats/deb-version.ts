/**
 * Debian's order of versions, `[epoch:]upstream[-revision]`. Each part is read as alternating runs of non-digits and
 * digits; digits count as numbers, in the rest letters come before all other characters and `~` before even the end.
 */
export function compareDebVersions(a: string, b: string): number {
  if (a === b) return 0;
  const [epochA, startA] = epoch(a);
  const [epochB, startB] = epoch(b);
  if (epochA !== epochB) return epochA - epochB;
  const dashA = a.lastIndexOf('-');
  const dashB = b.lastIndexOf('-');
  const endA = dashA < startA ? a.length : dashA;
  const endB = dashB < startB ? b.length : dashB;
  return (
    compareParts(a, startA, endA, b, startB, endB) ||
    compareParts(a, endA + 1, a.length, b, endB + 1, b.length)
  );
}

function epoch(version: string): [number, number] {
  const colon = version.indexOf(':');
  return colon < 0 ? [0, 0] : [Number.parseInt(version.slice(0, colon), 10) || 0, colon + 1];
}

function compareParts(a: string, i: number, endA: number, b: string, j: number, endB: number): number {
  while (i < endA || j < endB) {
    while ((i < endA && !isDigit(a.charCodeAt(i))) || (j < endB && !isDigit(b.charCodeAt(j)))) {
      const difference = weight(a, i, endA) - weight(b, j, endB);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    while (i < endA && a.charCodeAt(i) === 0x30) i++;
    while (j < endB && b.charCodeAt(j) === 0x30) j++;
    let first = 0;
    while (i < endA && isDigit(a.charCodeAt(i)) && j < endB && isDigit(b.charCodeAt(j))) {
      if (first === 0) first = a.charCodeAt(i) - b.charCodeAt(j);
      i++;
      j++;
    }
    if (i < endA && isDigit(a.charCodeAt(i))) return 1;
    if (j < endB && isDigit(b.charCodeAt(j))) return -1;
    if (first !== 0) return first;
  }
  return 0;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function weight(text: string, index: number, end: number): number {
  if (index >= end) return 0;
  const code = text.charCodeAt(index);
  if (code === 0x7e) return -1;
  if (isDigit(code)) return 0;
  const letter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  return letter ? code : code + 256;
}
