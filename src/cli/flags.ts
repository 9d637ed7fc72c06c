// Options that several commands have.
import { resolve } from 'node:path';
import type { EngineChoice } from '../operations/choose-engine.ts';

export const directoryFlag = {
  kind: 'parsed',
  parse: String,
  optional: true,
  placeholder: 'FOLDER',
  brief: 'Work as if started in this folder',
} as const;

const setFlag = {
  kind: 'parsed',
  parse: String,
  optional: true,
  variadic: true,
  placeholder: 'PATH=VALUE',
  brief: 'A value that wins over that of targetry.yaml: `--set version=2.0`',
} as const;

/** Of which project, and what is other than its file says. */
export interface ProjectFlags {
  readonly directory?: string;
  readonly set?: readonly string[];
}

export const projectFlags = { directory: directoryFlag, set: setFlag };

export const secretFlag = {
  kind: 'parsed',
  parse: secretPlace,
  optional: true,
  variadic: true,
  placeholder: 'id=NAME,src=FILE',
  brief: 'Where a secret of a step is: `id=NAME,src=FILE` or `id=NAME,env=VARIABLE`; else in $NAME',
} as const;

function secretPlace(word: string) {
  const [, id, kind, place] = /^id=([^,]+),(src|env)=(.+)$/.exec(word) ?? [];
  if (id === undefined || place === undefined) {
    throw new Error(
      'write the name and the place: `--secret id=NAME,src=FILE` or `--secret id=NAME,env=VARIABLE`',
    );
  }
  return { id, from: kind === 'src' ? { file: place } : { variable: place } };
}

const mirrorFlag = {
  kind: 'parsed',
  parse: serverAddress,
  optional: true,
  placeholder: 'URL',
  brief: 'Take packages from this server',
} as const;

const offlineFlag = {
  kind: 'boolean',
  default: false,
  withNegated: false,
  brief: 'Ask no server for anything: take all from the lock, the store and the kept packages',
} as const;

/** Where packages come from. */
export interface ServerFlags {
  readonly mirror?: string;
  readonly offline: boolean;
}

export const serverFlags = { mirror: mirrorFlag, offline: offlineFlag };

export const allowExpiredFlag = {
  kind: 'parsed',
  parse: String,
  optional: true,
  variadic: true,
  placeholder: 'REPOSITORY',
  brief: 'Let the metadata of this repository be past its date: `--allow-expired bullseye-security`',
} as const;

export const archFlag = {
  kind: 'parsed',
  parse: String,
  optional: true,
  placeholder: 'CPU,…',
  brief: 'For these CPUs: x64,arm64',
} as const;

export const rootArchFlag = {
  kind: 'parsed',
  parse: String,
  optional: true,
  placeholder: 'CPU',
  brief: "The root's CPU: x64, arm64 …; that of this machine without it",
} as const;

function serverAddress(word: string): string {
  if (/^https?:$/.test(URL.canParse(word) ? new URL(word).protocol : '')) return word;
  throw new Error('write the address of a server: `--mirror http://mirror.example.org/debian`');
}

const engineNames = ['embedded', 'buildkit', 'auto'] as const;

export interface EngineFlags {
  readonly engine?: (typeof engineNames)[number];
  readonly buildkitAddr?: string;
  readonly buildkitTls?: string;
  readonly builder?: readonly string[];
}

/** Which engine, and where it is. */
export const engineFlags = {
  engine: {
    kind: 'enum',
    values: engineNames,
    optional: true,
    brief:
      'What runs the steps: this machine (embedded, the default), a BuildKit daemon, or the first that can (auto)',
  },
  buildkitAddr: {
    kind: 'parsed',
    parse: String,
    optional: true,
    placeholder: 'ADDRESS',
    brief: 'Where the BuildKit daemon is: unix://PATH, tcp://HOST:PORT, docker://, docker-container://NAME',
  },
  buildkitTls: {
    kind: 'parsed',
    parse: String,
    optional: true,
    placeholder: 'FOLDER',
    brief: 'For tcp://: a folder with ca.pem, cert.pem and key.pem',
  },
  builder: {
    kind: 'parsed',
    parse: String,
    optional: true,
    variadic: true,
    placeholder: 'ADDRESS',
    brief:
      'One of several daemons that share the targets, with its CPU or without: linux/arm64=tcp://HOST:PORT',
  },
} as const;

/** As operations are told it; `cwd` is that of the shell. */
export function engineChoice(
  { engine: name, buildkitAddr: address, buildkitTls: tls, builder }: EngineFlags,
  cwd: string,
): EngineChoice {
  return { name, address, certificates: tls && resolve(cwd, tls), builders: builder ?? [] };
}

const progressForms = ['auto', 'tty', 'plain', 'json', 'quiet'] as const;
export type ProgressForm = (typeof progressForms)[number];

export const progressFlag = {
  kind: 'enum',
  values: progressForms,
  optional: true,
  brief: 'How progress is shown',
} as const;

export const formatFlag = {
  kind: 'enum',
  values: ['text', 'json'],
  optional: true,
  brief: 'How the result is printed',
} as const;

/** The words of a command that is about one environment. */
export const environmentWord = {
  kind: 'tuple',
  parameters: [{ parse: String, placeholder: 'environment', brief: 'An environment of targetry.yaml' }],
} as const;
