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

test('a function is followed once per call, with its arguments, and once where nobody is seen to call it', () => {
  const script = `offer() {
  name="$1"
  update-alternatives --install "$2/$name" $name "$2/$name.procps" 50
}
unseen() { lonely $1; }
one () { offer $1 /usr/bin; { again; }; }
loop() { loop; }
case "$1" in
  configure) one uptime; offer ps /bin; offer $(which x) /bin ;;
esac
loop
`;
  assert.deepEqual(
    shellCommands(script).filter(([first]) => first !== 'case' && first !== 'esac' && first !== 'configure'),
    [
      ['update-alternatives', '--install', '/usr/bin/uptime', 'uptime', '/usr/bin/uptime.procps', '50'],
      ['again'],
      ['update-alternatives', '--install', '/bin/ps', 'ps', '/bin/ps.procps', '50'],
      ['update-alternatives', '--install', undefined, undefined, undefined, '50'],
      ['lonely', undefined],
    ],
  );
});
