import * as fc from 'fast-check';

const characters = fc.oneof(fc.integer({ max: 0xd7ff, min: 0 }), fc.integer({ min: 0xe000, max: 0x10ffff }));

/** Of any characters, as fast-check's own of unit `binary`, which makes a table of a million of them first. */
export const anyText = (constraints: fc.StringConstraints = {}): fc.Arbitrary<string> =>
  fc.string({
    ...constraints,
    unit: characters.map(
      (code) => String.fromCodePoint(code),
      (character) => String(character).codePointAt(0)!,
    ),
  });
