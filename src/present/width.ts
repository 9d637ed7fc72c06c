import { withoutStyling } from './printable.ts';

/** East Asian wide and fullwidth characters, and what terminals show as two cells of emoji. */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1B000}-\u{1B2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
const withoutWidth = /[\p{Mn}\p{Me}\p{Cf}]/u;
const printableAscii = /^[ -~]*$/;

/** How many cells of a terminal the text takes; escape sequences for colours take none. */
export function displayWidth(text: string): number {
  const bare = withoutStyling(text);
  if (printableAscii.test(bare)) return bare.length;
  let width = 0;
  for (const character of bare) width += cells(character);
  return width;
}

/** At most `width` cells of text that holds no escape sequences, ending in `…` where something is missing. */
export function clip(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += cells(character);
    if (used > width - 1) break;
    kept += character;
  }
  return width > 0 ? `${kept}…` : '';
}

/** Lines of at most `width` cells, broken between words; before all but the first stands `indent`. */
export function fold(text: string, width: number, indent: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || displayWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join(`\n${indent}`);
}

function cells(character: string): number {
  if (withoutWidth.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
