/** A document of JSON for people and programs: as all that Targetry prints and leaves behind is written. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The value of a text that others wrote; undefined where it is no JSON. */
export function jsonIn(text: string): unknown {
  try {
    // Editors of Windows begin a file with a mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
