/**
 * What engines are known to do otherwise than the embedded one, by the scene's name. A difference that isn't here fails the
 * suite, and so does one that is here and is no more.
 */
import type { DaemonKind } from './daemons.ts';

/** Go's own client, on whichever daemon; ours, on the daemon of a kind. */
export interface Playing {
  readonly client: 'go' | 'ours';
  readonly kind: DaemonKind;
  /** `buildctl on buildkitd 0.33.1` */
  readonly name: string;
}

interface Difference {
  /** A client, or the daemons on which every client sees it. */
  readonly who: readonly (Playing['client'] | DaemonKind)[];
  readonly what: string;
}

const daemons = ['newest', 'older', 'docker'] as const;

export const differences: Readonly<Record<string, Difference>> = {
  'makes files of one day': {
    who: ['go'],
    what: 'a daemon gives the time of the build to what no time was asked for',
  },
  'copies with another owner, time and mode': {
    who: ['older', 'docker'],
    what: 'a set-user-id bit is kept where another mode is asked for',
  },
  'keeps the times of folders that patterns lead through': {
    who: daemons,
    what: 'such a folder has the time of the build',
  },
  'removes a link, not what it names': {
    who: ['newest'],
    what: 'where a missing file is an error, an absolute link is looked up on the host, and so is missing',
  },
  'leaves out of a difference what is the same, also where it was made twice': {
    who: daemons,
    what: 'files of two times are different, though their bytes are the same',
  },
  'tells what can not be done to files': {
    who: ['go', 'older'],
    what: "removing what is not there is no error to 0.12; Go's client has words of its own",
  },
};

export function differs(play: string, { client, kind }: Playing): boolean {
  const who = differences[play]?.who ?? [];
  return who.includes(client) || who.includes(kind);
}

/** Lines for people: a difference, who has it. */
export function tableOf(differing: readonly { readonly play: string; readonly by: Playing }[]): string[] {
  return Object.entries(differences).flatMap(([play, { what }]) => {
    const names = differing.filter((one) => one.play === play).map(({ by }) => by.name);
    return names.length === 0 ? [] : [`${play}: ${what} (${names.join(', ')})`];
  });
}
