import { join, resolve } from 'node:path';
import { ArgumentScannerError, buildApplication, buildRouteMap, run, text_en } from '@stricli/core';
import { canceler } from '../base/canceler.ts';
import { homeOf } from '../base/home.ts';
import { renderBug, renderFailure } from '../present/failure.ts';
import { failureJson } from '../present/json-lines.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { targetryVersion } from '../report/version.ts';
import type { CommandLine } from './command-line.ts';
import { commands } from './commands.ts';
import { pagePath } from './pages.ts';
import { withCompilerWordsLast } from './commands/compile.ts';
import { unknownCommand, wrongWords } from './usage.ts';

type Variables = Context['env'];

const bug = 70;

export async function runCommandLine(typed: readonly string[], env: Variables): Promise<void> {
  // `help` before a command is what other tools take.
  const args = typed[0] === 'help' ? [...typed.slice(1), '--help'] : typed;
  const colorful = env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb';
  const color = { stdout: colorful && process.stdout.isTTY, stderr: colorful && process.stderr.isTTY };
  // Node's own type of `process` says less of `exitCode` than stricli asks for.
  const streams = process as CommandLine['process'];
  const commandLine: CommandLine = {
    process: streams,
    color,
    version: targetryVersion(),
    world: worldOf(env),
  };
  const compiles = args[0] === 'cc' || args[0] === 'c++';
  const routes = buildRouteMap<keyof typeof commands, CommandLine>({
    routes: commands,
    docs: { brief: 'Build native software once for every libc and CPU, and prove where each result runs.' },
  });
  const tell = (error: unknown) => {
    const failure = error instanceof ArgumentScannerError ? wrongWords(error, args, routes) : error;
    return asksForJson(args) ? failureJson(failure) : explain(failure, color.stderr);
  };
  const application = buildApplication<CommandLine>(routes, {
    name: 'targetry',
    versionInfo: { getCurrentVersion: () => Promise.resolve(targetryVersion()) },
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: compiles },
    documentation: {
      caseStyle: 'convert-camel-to-kebab',
      onlyRequiredInUsageLine: true,
      disableAnsiColor: !color.stdout,
    },
    localization: {
      text: {
        ...text_en,
        exceptionWhileParsingArguments: (error) => tell(error),
        exceptionWhileRunningCommand: (error) => tell(error),
        noCommandRegisteredForInput: ({ input, corrections }) => tell(unknownCommand(input, corrections)),
      },
    },
    determineExitCode: (error) => (error instanceof Failure ? error.exit : bug),
  });
  process.stdout.on('error', stopWhereNobodyReads);
  await run(application, compiles ? withCompilerWordsLast(args) : args, commandLine);
  process.exitCode = exitCodeOf(process.exitCode);
}

/** As in `targetry audit dist | head`: what is left to say has no reader. */
function stopWhereNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

/** Stricli tells its own troubles by negative numbers; users are told by ours. */
function exitCodeOf(code: typeof process.exitCode): number {
  const number = Number(code ?? 0);
  if (number === -4 || number === -5 || number === 251 || number === 252) return 2;
  return number < 0 || number > 200 ? bug : number;
}

/** Whoever reads progress as JSON reads the end of it as JSON too. */
function asksForJson(args: readonly string[]): boolean {
  return args.some(
    (word, index) => word === '--progress=json' || (word === '--progress' && args[index + 1] === 'json'),
  );
}

function explain(failure: unknown, color: boolean): string {
  if (failure instanceof Failure) return renderFailure(failure, { color, pages: pagePath('errors') });
  return renderBug(failure, { color, version: targetryVersion() });
}

function worldOf(env: Variables): Omit<Context, 'emit'> {
  const stop = canceler();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new Failure('canceled', 'stopped before it was done')));
  }
  // A variable that is set to nothing is as good as unset: else the store would be the folder that one stands in.
  const named = (name: string) => (env[name] === '' ? undefined : env[name]);
  const cache = named('XDG_CACHE_HOME') ?? join(homeOf(env), '.cache');
  return {
    cwd: process.cwd(),
    env,
    store: resolve(named('TARGETRY_STORE') ?? join(cache, 'targetry')),
    signal: stop.signal,
  };
}
