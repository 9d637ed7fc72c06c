import type { Check, Diagnosis } from '../check.ts';

interface Found {
  /** Milliseconds by which this process is before each server, by their names. */
  readonly servers: ReadonlyMap<string, number>;
  /** Milliseconds by which it is before the kernel; undefined where that was not asked. */
  readonly kernel: number | undefined;
  /** What was said of a certificate that is not for today. */
  readonly certificate?: string | undefined;
  readonly now: number;
}

const minute = 60_000;
const hour = 60 * minute;

export const clock: Check<Found> = {
  id: 'clock',
  group: 'network',
  title: 'clock',
  proves: 'The clock of this process agrees with that of the kernel and with those of the mirrors.',
  how: 'Reads the `Date` of their answers, and the time that a program of its own is told.',
  costs:
    'Indexes are "not yet valid" or expired, certificates too; make builds everything or nothing, since files are from the future.',
  cure: '`sudo timedatectl set-ntp true`, or `sudo date -s …`; WSL and resumed virtual machines: `sudo hwclock -s`. A container has the clock of its host.',
  needs: ['disk', 'store', 'dns'],
  async probe({ greetings, host }) {
    const [greeted, run] = await Promise.all([greetings(), host()]);
    const certificate = greeted.find(({ failure }) =>
      /not yet valid|has expired/.test(failure?.message ?? ''),
    );
    const told = greeted.flatMap(({ origin, ahead }) =>
      ahead === undefined ? [] : [[new URL(origin).hostname, ahead] as const],
    );
    const { answers, now } = run;
    return {
      servers: new Map(told),
      kernel: answers === undefined || now === undefined ? undefined : now - answers.time,
      certificate: certificate?.failure?.message,
      now: Date.now(),
    };
  },
  judge({ servers, kernel, certificate, now }): Diagnosis {
    if (kernel !== undefined && Math.abs(kernel) > minute) {
      return {
        status: 'fail',
        found: `this process is told that it is ${day(now)}, and the kernel says ${day(now - kernel)}`,
        cure: 'start Targetry without libfaketime and the like: see what LD_PRELOAD names',
      };
    }
    const [nearest] = [...servers].sort(([, a], [, b]) => Math.abs(a) - Math.abs(b));
    if (nearest === undefined) {
      if (certificate === undefined) return { status: 'skipped', found: 'no server has told its time' };
      return {
        status: 'warn',
        found: `it is ${day(now)} here; a certificate is not for that day: ${certificate}`,
        cure: 'set the clock, if that is not today: `sudo timedatectl set-ntp true`, or `sudo date -s …`',
      };
    }
    const [server, ahead] = nearest;
    const off = Math.abs(ahead);
    if (off < minute) return { status: 'ok', found: `as that of ${server}, to ${Math.ceil(off / 1000)} s` };
    return {
      status: off < hour ? 'warn' : 'fail',
      found: `it is ${amount(off)} ${ahead > 0 ? 'fast' : 'slow'}: ${day(now)} here, and ${day(now - ahead)} at ${server}`,
      cure: `run \`sudo timedatectl set-ntp true\`, or \`sudo date -u -s '${day(now - ahead)}'\`; a container has the clock of its host`,
    };
  },
};

function amount(milliseconds: number): string {
  const [size, unit] =
    milliseconds < 2 * hour
      ? [minute, 'minutes']
      : milliseconds < 48 * hour
        ? [hour, 'hours']
        : [24 * hour, 'days'];
  return `${Math.round(milliseconds / size)} ${unit}`;
}

function day(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ');
}
