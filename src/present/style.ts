export type Paint = (words: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly green: Paint;
  readonly cyan: Paint;
  readonly blue: Paint;
}

export function styleFor(color: boolean): Style {
  const paint =
    (open: number, close: number): Paint =>
    (words) =>
      color && words !== '' ? `\u001B[${open}m${words}\u001B[${close}m` : words;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    yellow: paint(33, 39),
    green: paint(32, 39),
    cyan: paint(36, 39),
    blue: paint(34, 39),
  };
}
