import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chooseIds, writeIdMaps, type IdMaps } from '../../engines/embedded/ids.ts';
import type { Check, Diagnosis } from '../check.ts';
import { toolsOf } from '../sandbox-part.ts';

interface Found {
  readonly kind: IdMaps['kind'];
  readonly uid: number;
  /** Whether newuidmap and newgidmap are here. */
  readonly mappers: boolean;
  /** Whether perl is, which loads a filter that pretends. */
  readonly perl: boolean;
  /** What was said where the ids could not be had. */
  readonly said?: string | undefined;
}

export const ids: Check<Found> = {
  id: 'ids',
  group: 'machine',
  title: 'user ids',
  proves:
    'Steps can have more users than one: this is root, or a range of ids is granted to the user and `newuidmap` gives it.',
  how: 'Makes a user namespace and writes its maps, as the engine does.',
  costs:
    'With one id, changes of owner in a step are answered with "done" and lost; packages whose installation needs other users may fail.',
  cure: 'Debian, Ubuntu: `sudo apt-get install uidmap`, then `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER`.',
  needs: ['tools', 'userns'],
  async probe(patient) {
    const tools = toolsOf(patient)!;
    const maps = chooseIds(tools);
    const { newuidmap, newgidmap, perl } = tools;
    const mappers = newuidmap !== undefined && newgidmap !== undefined;
    const found = { kind: maps.kind, uid: process.getuid!(), mappers, perl: perl !== undefined };
    const child = spawn(tools.unshare, ['--user', tools.sh, '-c', 'echo; read -r x'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    try {
      const ended = once(child, 'close').then(() => 'it ended at once');
      const ready = once(child.stdout, 'data').then(() => undefined);
      const said = await Promise.race([ready, ended]);
      if (said !== undefined) return { ...found, said };
      await writeIdMaps(child.pid!, maps, tools);
      return found;
    } catch (error) {
      const { stderr = '', message } = error as { stderr?: string; message: string };
      return { ...found, said: stderr.trim().split('\n')[0] || message };
    } finally {
      child.kill('SIGKILL');
    }
  },
  judge({ kind, uid, mappers, perl, said }): Diagnosis {
    const grant = 'sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER';
    if (said !== undefined) {
      return {
        status: 'fail',
        found: `the ids of a namespace can't be set: ${said}`,
        cure:
          kind === 'range'
            ? 'newuidmap and newgidmap need their setuid bit: `sudo apt-get install --reinstall uidmap`'
            : 'allow a process to write /proc/PID/uid_map where this container is started',
      };
    }
    if (kind === 'all') return { status: 'ok', found: 'root, with all ids' };
    if (kind === 'range') return { status: 'ok', found: `user ${uid}, with a range of other ids` };
    if (uid === 0) {
      const found = 'this root has one id alone: steps lose changes of owner';
      return { status: 'warn', found, cure: 'give the container or namespace a range of ids' };
    }
    const lost = perl ? 'are pretended and lost' : 'fail, for want of perl';
    return {
      status: 'warn',
      found: `user ${uid} has one id alone: changes of owner in steps ${lost}`,
      cure: mappers ? `run \`${grant}\`` : `run \`sudo apt-get install uidmap\`, then \`${grant}\``,
    };
  },
};
