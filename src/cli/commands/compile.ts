import { buildCommand } from '@stricli/core';
import type { CommandLine } from '../command-line.ts';
import {
  neededWordFlag,
  rootArchFlag,
  serverFlags,
  severalWords,
  switchFlag,
  wordFlag,
  type ServerFlags,
} from '../flags.ts';

interface Flags extends ServerFlags {
  readonly libc: string;
  readonly arch?: string;
  readonly prefix?: string;
  readonly runtime?: string;
  readonly compiler?: string;
  readonly explain: boolean;
}

const ownFlags = ['libc', 'arch', 'prefix', 'runtime', 'compiler', 'mirror'];
const ownSwitches = ['explain', 'offline', 'help', 'help-all'];

/** Our options have names that compilers don't have; every other word is the compiler's, wherever it stands. */
export function withCompilerWordsLast([command = '', ...words]: readonly string[]): readonly string[] {
  const own: string[] = [];
  const others: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const [, name, value] = /^--([a-z-]+)(=.*)?$/.exec(word) ?? [];
    if (name !== undefined && ownFlags.includes(name)) {
      own.push(word, ...(value === undefined ? words.slice(++index, index + 1) : []));
    } else if (name !== undefined && ownSwitches.includes(name)) own.push(word);
    else others.push(word);
  }
  return [command, ...own, ...(others.length > 0 ? ['--', ...others] : [])];
}

function compileRoute(language: 'c' | 'c++') {
  const command = language === 'c' ? 'cc' : 'c++';
  return buildCommand<Flags, string[], CommandLine>({
    loader: async () => {
      const [{ planCompile, runCompile }, { withContext }, { renderCompile }] = await Promise.all([
        import('../../operations/compile.ts'),
        import('../display.ts'),
        import('../../present/compile.ts'),
      ]);
      return async function compile({ explain, ...flags }, ...args) {
        await withContext(this, { progress: 'quiet' }, async (context) => {
          const planned = await planCompile(context, { ...flags, language, args });
          if (explain) this.process.stdout.write(renderCompile(planned));
          else this.process.exitCode = await runCompile(context, planned);
        });
      };
    },
    parameters: {
      flags: {
        libc: neededWordFlag('LIBC', 'What to compile against: debian-11, alpine, musl, debian-12+musl-dev'),
        arch: rootArchFlag,
        prefix: wordFlag('FOLDER', 'Where the result finds its interpreter and libraries'),
        runtime: wordFlag('FOLDER', 'A libc or libraries of your own, before all others'),
        compiler: wordFlag('PROGRAM', 'Instead of the gcc or clang of this machine'),
        explain: switchFlag('Tell the command with a reason for each word that is added, and run nothing'),
        ...serverFlags,
      },
      positional: severalWords('word', 'For the compiler'),
    },
    docs: {
      brief: `Compile ${language === 'c' ? 'C' : 'C++'} with the compiler of this machine against the libc of a release`,
      fullDescription:
        'Runs gcc or clang of this machine with the headers and libraries of a release, which come into the store at the first use. Every other word is for the compiler; besides its own it takes -dynamic, the opposite of -static.',
      customUsage: [
        {
          input: '--libc debian-11 hello.c -o hello',
          brief: `as a compiler: CC="targetry ${command} --libc debian-11"`,
        },
        { input: '--libc musl -static hello.c -o hello', brief: 'a static program' },
        { input: '--libc musl --prefix /opt/demo hello.c -o hello', brief: 'finds its libc in /opt/demo' },
      ],
    },
  });
}

export const ccRoute = compileRoute('c');
export const cxxRoute = compileRoute('c++');
