/** Names come out of archives that anybody may have made: nothing in them is markup. Code spans stay. */
export function markdownText(words: string): string {
  const plain = words.replace(/\p{Cc}+/gu, ' ').split('`');
  // What stands between backticks is shown as it is, and has none itself.
  return plain.map((part, index) => (index % 2 === 1 ? part : escaped(part))).join('`');
}

function escaped(words: string): string {
  return words.replace(/[*_[\]\\]/g, '\\$&').replace(/[<&]/g, (mark) => (mark === '<' ? '&lt;' : '&amp;'));
}
