/** `pkg-1.0-cp311-abi3-manylinux_2_17_x86_64.whl`: what a wheel's name says of where it can be installed. */
export interface WheelName {
  readonly name: string;
  readonly version: string;
  readonly pythons: readonly string[];
  readonly abis: readonly string[];
  readonly platforms: readonly string[];
}

export function parseWheelName(fileName: string): WheelName | undefined {
  const parts = fileName.replace(/\.whl$/, '').split('-');
  if (!fileName.endsWith('.whl') || (parts.length !== 5 && parts.length !== 6)) return undefined;
  const [pythons, abis, platforms] = parts.slice(-3).map((tags) => tags.split('.'));
  return { name: parts[0]!, version: parts[1]!, pythons: pythons!, abis: abis!, platforms: platforms! };
}
