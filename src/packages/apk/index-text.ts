import { ApkPackage, isPackageParagraph } from './package.ts';

/** The fields that are used; descriptions, addresses and the like are most of the text and passed over. */
const WANTED = 'CPVASIkDpi';

/** An APKINDEX: paragraphs of `X:value` lines, with an empty line after each. In the order of the file. */
export function parseApkIndex(text: string): ApkPackage[] {
  const packages: ApkPackage[] = [];
  let lines = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    if (end === at) {
      if (isPackageParagraph(lines)) packages.push(new ApkPackage(lines));
      lines = new Map();
    } else if (text[at + 1] === ':' && WANTED.includes(text[at]!)) {
      lines.set(text[at]!, text.slice(at + 2, end));
    }
    at = end + 1;
  }
  if (isPackageParagraph(lines)) packages.push(new ApkPackage(lines));
  return packages;
}
