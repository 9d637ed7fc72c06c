/** A /proc of which parts are hidden, as in most containers: the kernel mounts no new one there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { noScene, Scene } from '../engine-scene.ts';

const skip = noScene ?? false;
const program = fileURLToPath(new URL('../engine-victim.js', import.meta.url));

/** As container engines do it. */
const mask = `
for one in keys kcore timer_list; do [ ! -e /proc/$one ] || mount --bind /dev/null /proc/$one; done
mount -t tmpfs -o ro masked /proc/fs
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
exec "$@"`;

/** Each line fails the step where it doesn't hold. */
const hostile = `
cat /proc/self/comm | grep -qx cat
ls /proc/self/fd >/dev/null
echo heard | grep -q heard </dev/stdin
grep -q MemTotal /proc/meminfo
around=$(grep -l -e engine-[v]ictim -e embedded/[w]orker /proc/[0-9]*/cmdline | cut -d/ -f3)
test -n "$around"
for one in $around; do
  if cat /proc/$one/environ >/dev/null 2>&1; then echo "read the variables of $one"; exit 1; fi
  if ls /proc/$one/root/ /proc/$one/cwd/ /proc/$one/map_files/ 2>/dev/null | grep '^[^/]'; then echo "went through $one"; exit 1; fi
  if readlink /proc/$one/exe /proc/$one/fd/* 2>/dev/null; then echo "saw the files of $one"; exit 1; fi
  if [ -w /proc/$one/mem ] && dd if=/dev/null of=/proc/$one/mem 2>/dev/null; then echo "opened the memory of $one"; exit 1; fi
  if kill -9 $one 2>/dev/null; then echo "ended $one"; exit 1; fi
done
test ! -s /proc/keys -a ! -s /proc/kcore
if (echo spoilt >/proc/sys/kernel/domainname) 2>/dev/null; then echo 'wrote to /proc/sys'; exit 1; fi
if umount /proc/keys 2>/dev/null; then echo 'took the mask away'; exit 1; fi
`;

test(
  'steps run with what the container shows of /proc, are told of, and reach nobody',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const inside = ['--user', '--map-root-user', '--mount', 'sh', '-euc', mask, 'sh'];
    const build = [process.execPath, program, scene.folder, '0', hostile];
    const { stderr, status } = spawnSync('unshare', [...inside, ...build], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.equal(stderr.match(/engine-shared-proc/g)?.length, 1, stderr);
    assert.equal(readFileSync(join(scene.out, 'out/all'), 'utf8'), '1\n2\n3\n');
  },
);
