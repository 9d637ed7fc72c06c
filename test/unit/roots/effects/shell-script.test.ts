import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellCommands } from '../../../../src/roots/effects/shell-script.ts';

test('simple commands are found with their words', () => {
  const script = String.raw`#!/bin/sh
set -e # a comment
if [ "$1" = configure ]; then
  tool --install 'one two' "three"\ four \
    five #--six \
fi
a && /usr/bin/tool b || true; (tool c)
case "$1" in
  configure) tool d 2>/dev/null >&2 ;;
esac
tool e>file <<EOF
tool not-me
EOF
tool f
`;
  assert.deepEqual(
    shellCommands(script).filter(([first]) => first?.endsWith('tool')),
    [
      ['tool', '--install', 'one two', 'three four', 'five'],
      ['/usr/bin/tool', 'b'],
      ['tool', 'c'],
      ['tool', 'd'],
      ['tool', 'e'],
      ['tool', 'f'],
    ],
  );
});

test('known variables and loops are followed, what only running tells is unknown', () => {
  const script = `
NAME=x; export OTHER=y
Q="$NAME z"
for i in vi view; do
  tool /usr/bin/$i "\${NAME}.1" "$Q"
done
tool $(date) \`id\` $1 $UNSET $((1 + (2))) \${X:-y} end
`;
  assert.deepEqual(
    shellCommands(script).filter(([first]) => first === 'tool'),
    [
      ['tool', '/usr/bin/vi', 'x.1', 'x z'],
      ['tool', '/usr/bin/view', 'x.1', 'x z'],
      ['tool', undefined, undefined, undefined, undefined, undefined, undefined, 'end'],
    ],
  );
});

test('text that is no shell script does no harm', () => {
  for (const text of [
    '',
    "'",
    '"',
    '$(',
    '`',
    '<<EOF',
    '\\',
    'for x in a\n',
    'done',
    '$',
    '${',
    '\0\u007fELF$"`',
  ]) {
    assert.ok(Array.isArray(shellCommands(text)), text);
  }
});
