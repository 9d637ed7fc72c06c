// Options that several commands have.
import { resolve } from 'node:path';
import type { EngineChoice } from '../operations/building/engine-choice.ts';
import { readMirrorWord } from '../operations/locking/mirror-word.ts';

/** One that is there or not. */
export function switchFlag(brief: string) {
  return { kind: 'boolean', default: false, withNegated: false, brief } as const;
}

/** One with a word after it. */
export function wordFlag(placeholder: string, brief: string) {
  return { ...neededWordFlag(placeholder, brief), optional: true } as const;
}

/** The same, which a command can't do without. */
export function neededWordFlag(placeholder: string, brief: string) {
  return { kind: 'parsed', parse: String, placeholder, brief } as const;
}

/** One that may be there several times, each with a word. */
export function wordsFlag(placeholder: string, brief: string) {
  return { ...wordFlag(placeholder, brief), variadic: true } as const;
}

/** One with one of a few words after it. */
export function choiceFlag<const Word extends string>(values: readonly Word[], brief: string) {
  return { kind: 'enum', values, optional: true, brief } as const;
}

export const directoryFlag = wordFlag('FOLDER', 'Work as if started in this folder');

const setFlag = wordsFlag('PATH=VALUE', 'A value that wins over that of targetry.yaml: `--set version=2.0`');

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
  parse: readMirrorWord,
  optional: true,
  variadic: true,
  placeholder: 'DISTRO=URL',
  brief: "Take a distro's packages from this server: `--mirror debian=URL`; without a distro, those of all",
} as const;

const offlineFlag = switchFlag(
  'Ask no server for anything: take all from the lock, the store and the kept packages',
);

/** Where packages come from. */
export interface ServerFlags {
  readonly mirror?: readonly ReturnType<typeof readMirrorWord>[];
  readonly offline: boolean;
}

export const serverFlags = { mirror: mirrorFlag, offline: offlineFlag };

export const allowExpiredFlag = wordsFlag(
  'REPOSITORY',
  'Let the metadata of this repository be past its date: `--allow-expired bullseye-security`',
);

export const archFlag = wordFlag('CPU,…', 'For these CPUs: x64,arm64');

export const rootArchFlag = wordFlag('CPU', "The root's CPU: x64, arm64 …; that of this machine without it");

const engineNames = ['embedded', 'buildkit', 'auto'] as const;

export interface EngineFlags {
  readonly engine?: (typeof engineNames)[number];
  readonly buildkitAddr?: string;
  readonly buildkitTls?: string;
  readonly builder?: readonly string[];
}

/** Which engine, and where it is. */
export const engineFlags = {
  engine: choiceFlag(
    engineNames,
    'What runs the steps: this machine (embedded, the default), a BuildKit daemon, or the first that can (auto)',
  ),
  buildkitAddr: wordFlag(
    'ADDRESS',
    'Where the BuildKit daemon is: unix://PATH, tcp://HOST:PORT, docker://, docker-container://NAME',
  ),
  buildkitTls: wordFlag('FOLDER', 'For tcp://: a folder with ca.pem, cert.pem and key.pem'),
  builder: wordsFlag(
    'ADDRESS',
    'One of several daemons that share the targets, with its CPU or without: linux/arm64=tcp://HOST:PORT',
  ),
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

export const progressFlag = choiceFlag(progressForms, 'How progress is shown');

export const formatFlag = choiceFlag(['text', 'json'], 'How the result is printed');

/** What a root may be written as. */
export const rootForms = ['folder', 'tar', 'oci'] as const;

/** Any number of plain words. */
export function severalWords(placeholder: string, brief: string) {
  return { kind: 'array', parameter: { parse: String, placeholder, brief } } as const;
}

/** The words of a command that is about one environment. */
export const environmentWord = {
  kind: 'tuple',
  parameters: [{ parse: String, placeholder: 'environment', brief: 'An environment of targetry.yaml' }],
} as const;
