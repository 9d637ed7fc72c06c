// What is wrong with the words that were typed, about the command that they are for and in our own words.
import {
  ArgumentParseError,
  FlagNotFoundError,
  formatMessageForArgumentScannerError,
  UnexpectedPositionalError,
  type ArgumentScannerError,
  type Command,
  type RouteMap,
} from '@stricli/core';
import { Failure } from '../report/failure.ts';
import { didYouMean, oneOf } from '../report/suggest.ts';
import type { CommandLine } from './command-line.ts';

type Routes = RouteMap<CommandLine>;
type Target = Routes | Command<CommandLine>;

export function unknownCommand(input: string, corrections: readonly string[]): Failure {
  const meant = corrections.map((name) => `\`targetry ${name.replaceAll('`', '')}\``);
  return new Failure('usage', `there is no command "${input}"`, {
    hint: meant.length > 0 ? `did you mean ${oneOf(meant)}?` : undefined,
  });
}

export function wrongWords(error: ArgumentScannerError, args: readonly string[], routes: Routes): Failure {
  const { name, target } = askedOf(args, routes);
  const message = formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input }) => `\`${name}\` has no option --${input}`,
    AliasNotFoundError: ({ input }) => `\`${name}\` has no option -${input}`,
    UnsatisfiedFlagError: ({ externalFlagName }) =>
      `\`${name}\` needs --${externalFlagName} with a word after it`,
    UnexpectedFlagError: ({ externalFlagName }) => `--${externalFlagName} was given twice`,
    UnsatisfiedPositionalError: ({ placeholder }) => `\`${name}\` was not told which ${placeholder}`,
    UnexpectedPositionalError: ({ input }) => `\`${name}\` was given a word too many: "${input}"`,
    EnumValidationError: ({ externalFlagName, input, values }) =>
      `--${externalFlagName} is ${oneOf(values)}, not "${input}"`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder, input }) =>
      `"${input}" is no ${externalFlagNameOrPlaceholder}`,
  });
  const hint = meantBy(error, name, target) ?? `\`${name} --help\` tells what it takes`;
  return new Failure('usage', message, { hint });
}

function meantBy(error: ArgumentScannerError, name: string, target: Target): string | undefined {
  if (error instanceof ArgumentParseError && error.exception instanceof Error) return error.exception.message;
  if (error instanceof UnexpectedPositionalError && isRoutes(target)) {
    return didYouMean(
      error.input,
      target.getAllEntries().map((entry) => entry.name.original),
    );
  }
  if (!(error instanceof FlagNotFoundError)) return undefined;
  // What other tools take as an option may be a plain word here: the targets of a build.
  const word = wordsOf(target).find((placeholder) => [placeholder, `${placeholder}s`].includes(error.input));
  if (word !== undefined) return `name each ${word} without an option: \`${name} ${word.toUpperCase()}\``;
  return didYouMean(`--${error.input}`, optionsOf(target));
}

/** `targetry cache prune`, and what that is. */
function askedOf(args: readonly string[], routes: Routes) {
  const names = ['targetry'];
  let target: Target = routes;
  for (const word of args) {
    const next: Target | undefined = isRoutes(target) ? target.getRoutingTargetForInput(word) : undefined;
    if (next === undefined) break;
    names.push(word);
    target = next;
  }
  return { name: names.join(' '), target };
}

function isRoutes(target: Target): target is Routes {
  return 'getAllEntries' in target;
}

/** What its plain words are called. */
function wordsOf(target: Target): readonly string[] {
  const positional = parametersOf(target)?.positional;
  if (positional === undefined) return [];
  const parameters = positional.kind === 'array' ? [positional.parameter] : positional.parameters;
  return parameters.flatMap(({ placeholder = '' }) => placeholder.split('|'));
}

function optionsOf(target: Target): readonly string[] {
  const names = Object.keys(parametersOf(target)?.flags ?? {});
  return names.map((name) => `--${name.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`);
}

function parametersOf(target: Target) {
  return (isRoutes(target) ? target.getDefaultCommand() : target)?.parameters;
}
