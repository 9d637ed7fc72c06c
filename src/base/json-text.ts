/** A document of JSON for people and programs: as all that Targetry prints and leaves behind is written. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
