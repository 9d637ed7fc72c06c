// oxlint-disable no-control-regex -- to find control characters is what this file is for
import { isUtf8 } from 'node:buffer';

const decoder = new TextDecoder();
const styling = /\u001B\[[0-9;:]*m/g;
/** Any other escape sequence: CSI, OSC (with its text), and the short ones. */
const sequences = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[ -/]*[0-~])/g;
const control = /[\0-\u0008\u000B-\u001F\u007F-\u009F]/g;
const controlButStyling = /[\0-\u0008\u000B-\u001A\u001C-\u001F\u007F-\u009F]|\u001B(?!\[[0-9;:]*m)/g;

/** What bytes say that a step wrote; those that are no text are shown as `\xNN`. */
export function decode(data: Uint8Array): string {
  return isUtf8(data) ? decoder.decode(data) : decodeBroken(data);
}

/**
 * Text that can't move the cursor, clear the screen or change the title of the window. Colours are kept where they are
 * wanted, and end with the text.
 */
export function printable(text: string, color: boolean): string {
  if (text.search(control) < 0) return text;
  if (!color) return text.replace(styling, '').replace(sequences, '').replace(control, escapeByte);
  const kept = text.replace(sequences, (sequence) =>
    sequence.endsWith('m') && sequence[1] === '[' ? sequence : '',
  );
  const safe = kept.replace(controlButStyling, escapeByte);
  return safe.includes('\u001B') ? `${safe}\u001B[0m` : safe;
}

/** The same without colours: names come out of archives and logs that anybody may have made. */
export function plainText(text: string): string {
  return printable(text, false);
}

/** For a place that has one line: without colours, line breaks and tabs. */
export function inOneLine(text: string): string {
  return plainText(text.replace(/\s+/g, ' ').trim());
}

/** What is left of text when its colours are taken away. */
export function withoutStyling(text: string): string {
  return text.replace(styling, '');
}

function escapeByte(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function decodeBroken(data: Uint8Array): string {
  let text = '';
  for (let at = 0; at < data.length;) {
    const lead = data[at]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const piece = data.subarray(at, at + length);
    if (piece.length === length && isUtf8(piece)) {
      text += decoder.decode(piece);
      at += length;
    } else {
      text += `\\x${lead.toString(16).padStart(2, '0')}`;
      at++;
    }
  }
  return text;
}
