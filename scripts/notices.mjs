// The text that says whose the bundled packages are and on which terms they are passed on, as those terms ask for.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ruler = `\n${'-'.repeat(80)}\n\n`;

/** For packages that name their licence and leave out its text. */
const terms = {
  'Apache-2.0': "The terms are those of the file LICENSE of Targetry's package.",
  MIT: `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
};

/** Of the packages that these modules belong to. */
export function noticesOf(modules) {
  const folders = modules.flatMap((id) => /^\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  const packages = [...new Set(folders)].toSorted((a, b) => (a < b ? -1 : 1));
  return `Targetry's program contains code of these packages.\n${ruler}${packages.map(noticeOf).join(ruler)}`;
}

function noticeOf(folder) {
  const { name, version, license, author, main } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const file = ['LICENSE', 'LICENSE.md'].map((one) => join(folder, one)).find((one) => existsSync(one));
  const text = file === undefined ? noticeWithoutFile() : readFileSync(file, 'utf8');
  return `${name} ${version}, ${license}\n\n${text.trim()}\n`;

  function noticeWithoutFile() {
    if (!Object.hasOwn(terms, license))
      throw new Error(`${name}: scripts/notices.mjs doesn't know the terms of ${license}`);
    const head =
      main === undefined ? undefined : /^\/\*![^]*?\*\//.exec(readFileSync(join(folder, main), 'utf8'))?.[0];
    return [`Copyright (c) ${author.replace(/ <.*/, '')}`, head, terms[license]].filter(Boolean).join('\n\n');
  }
}
