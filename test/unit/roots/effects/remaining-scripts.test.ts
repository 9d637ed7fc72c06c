import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeDebs } from '../../../compose-debs.ts';

test('a script is left only where it does something that nothing here stands for', async (t) => {
  const scripts = {
    nothing:
      'set -e\ncase "$1" in\n  configure|abort-upgrade) ;;\n  *) echo "$0: unknown" >&2; exit 1 ;;\nesac\n',
    old: 'if [ "$1" = configure ] && dpkg --compare-versions "$2" lt 2; then rm -f /etc/old; fi\n',
    units: 'deb-systemd-helper enable x.timer >/dev/null || true\nldconfig\n',
    function: 'note() {\n  echo note\n}\nnote\n',
    makes: 'mkdir /var/lib/makes\n',
    writes: '# a -> b\necho yes > /etc/writes\n',
    hidden: '"$TOOL" run\n',
    'python3.14-minimal': 'mkdir -p /usr/local/lib/python3.14\n',
  };
  const { record } = await composeDebs(
    t,
    Object.entries(scripts).map(([name, text]) => ({ name, control: { postinst: `#!/bin/sh\n${text}` } })),
  );
  assert.deepEqual(record.scripts, { hidden: ['postinst'], makes: ['postinst'], writes: ['postinst'] });
});

test('a script that is a program or of another language is left', async (t) => {
  const { record } = await composeDebs(t, [
    { name: 'a', control: { preinst: '\x7fELF' } },
    { name: 'b', control: { postinst: '#!/usr/bin/perl\nexit 0\n' } },
  ]);
  assert.deepEqual(record.scripts, { a: ['preinst'], b: ['postinst'] });
});
