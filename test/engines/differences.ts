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
  /** The daemons on which our client sees it; `go`, where Go's client does. */
  readonly who: readonly ('go' | DaemonKind)[];
  readonly what: string;
}

const everywhere = ['newest', 'older', 'docker'] as const;

const differences: Readonly<Record<string, Difference>> = {
  'makes files of one day': {
    who: ['go'],
    what: 'a daemon gives the time of the build to what no time was asked for; our client asks',
  },
  'copies with another owner, time and mode': {
    who: ['older', 'docker'],
    what: 'a set-user-id bit is kept where another mode is asked for',
  },
  'copies what patterns choose': {
    who: [...everywhere, 'go'],
    what: 'folders that a pattern leads through have the time of the build; to Docker, patterns are unknown',
  },
  'removes a link, not what it names': {
    who: ['newest', 'docker', 'go'],
    what: 'an absolute link is not found (0.33), or what it names is removed (Docker)',
  },
  'lays states over each other, and works out differences': {
    who: ['docker'],
    what: 'it knows no merging: the build is refused',
  },
  'runs on states that were laid over each other': {
    who: everywhere,
    what: 'merging is work, told as done and not as cached; Docker knows none',
  },
  'leaves out of a difference what is the same, also where it was made twice': {
    who: ['docker', 'go'],
    what: 'files of two times are different; ours are of one time; Docker knows no differences',
  },
  'tells what can not be done to files': {
    who: [...everywhere, 'go'],
    what: 'an owner that the root does not know is root; to 0.12 and Docker, removing what is not there is no error',
  },
  'gives the machine a name': { who: everywhere, what: 'it is called buildkitsandbox' },
  'keeps what a failed step printed whole, on both streams': {
    who: ['docker'],
    what: 'of a step that failed, what the daemon left out is gone',
  },
  'runs nothing twice': { who: everywhere, what: 'what is exported is always told as done' },
  'refuses a user that the root does not know': {
    who: everywhere,
    what: 'the code is buildkit-failed',
  },
  "leaves none of the network's names": {
    who: everywhere,
    what: '/etc/resolv.conf is there in every step',
  },
  'mounts a folder and a file of another state, read-only': {
    who: ['docker'],
    what: 'empty folders where something was mounted stay',
  },
  'limits a folder in memory, and keeps nothing of it': {
    who: ['docker'],
    what: 'it knows no limit: the build is refused',
  },
  'gives a secret as a variable and as a file, exactly, and only while the step runs': {
    who: everywhere,
    what: 'the empty folder and file where it was mounted, or, on Docker, variables are refused',
  },
  'runs again with another secret': {
    who: everywhere,
    what: 'a secret is in no key, so what was made with another one is found',
  },
};

export function differs(play: string, { client, kind }: Playing): boolean {
  return differences[play]?.who.includes(client === 'go' ? 'go' : kind) === true;
}

/** Lines for people: a difference, who has it. */
export function tableOf(differing: readonly { readonly play: string; readonly by: Playing }[]): string[] {
  return Object.entries(differences).flatMap(([play, { what }]) => {
    const names = differing.filter((one) => one.play === play).map(({ by }) => by.name);
    return names.length === 0 ? [] : [`${play}: ${what} (${names.join(', ')})`];
  });
}
