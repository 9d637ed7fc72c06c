import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { chooseIds, hasNoNewPrivileges, writeIdMaps, type IdMaps } from '../../engines/embedded/ids.ts';
import type { Tools } from '../../engines/embedded/tools.ts';
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
  /** The kernel gives nothing that is started here more rights than this process has. */
  readonly noNewPrivileges?: boolean;
}

export const ids: Check<Found> = {
  id: 'ids',
  group: 'machine',
  title: 'user ids',
  proves:
    'Steps can have more users than one: this is root, or a range of ids is granted to the user and `newuidmap` gives it.',
  how: 'Makes a user namespace, writes its maps and mounts in it, as the engine does.',
  costs:
    'With one id, changes of owner in a step are answered with "done" and lost; packages whose installation needs other users may fail.',
  cure: 'Debian, Ubuntu: `sudo apt-get install uidmap`, then `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER`.',
  engines: ['embedded'],
  needs: ['tools', 'userns'],
  async probe(patient) {
    const tools = toolsOf(patient)!;
    const maps = chooseIds(tools);
    const { newuidmap, newgidmap, perl } = tools;
    const mappers = newuidmap !== undefined && newgidmap !== undefined;
    const found = { kind: maps.kind, uid: process.getuid!(), mappers, perl: perl !== undefined };
    const place = mkdtempSync(join(await patient.scratch(), 'ids-'));
    const said = await enterWith(tools, maps, place);
    return { ...found, said, noNewPrivileges: hasNoNewPrivileges() };
  },
  judge({ kind, uid, mappers, perl, said, noNewPrivileges }): Diagnosis {
    const grant = 'sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER';
    if (noNewPrivileges === true) {
      const why = 'this process was started with no_new_privs';
      const found =
        said === undefined
          ? `${why}, so steps have one id alone: they lose changes of owner`
          : `${why}, so what root starts never gets the rights of its namespace (${said})`;
      return {
        status: said === undefined ? 'warn' : 'fail',
        found,
        cure: `${said === undefined ? '' : 'run it as an ordinary user, or without that. '}Docker: leave out \`--security-opt no-new-privileges\`; Kubernetes: \`allowPrivilegeEscalation: true\`; systemd: \`NoNewPrivileges=no\``,
      };
    }
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

/** What was said on the way into a namespace with these ids; undefined where it can be mounted in it then. */
async function enterWith(tools: Tools, maps: IdMaps, place: string): Promise<string | undefined> {
  const script = `echo; read -r go; exec ${tools.mount} -n -t tmpfs x "$1"`;
  const own = maps.byItself === true ? ['--map-root-user'] : [];
  const args = ['--user', ...own, '--mount', tools.sh, '-c', script, 'sh', place];
  const child = spawn(tools.unshare, args, { stdio: 'pipe', env: { LC_ALL: 'C' } });
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const ready = once(child.stdout, 'data').then(() => true);
  try {
    if ((await Promise.race([ready, ended])) === true) {
      if (maps.byItself !== true) await writeIdMaps(child.pid!, maps, tools);
      child.stdin.write('go\n');
    }
    return (await ended) === 0 ? undefined : complaint.trim().split('\n')[0] || 'it ended at once';
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    return stderr.trim().split('\n')[0] || message;
  } finally {
    child.kill('SIGKILL');
  }
}
