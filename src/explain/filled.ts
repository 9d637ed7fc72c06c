/** The words of a cause or a cure, with what a log has told in their places. */
import { installWords, runtimeWords, type LogPlace } from './package-names.ts';

/**
 * `{name}` stands for what a group matched, `{name|words}` for the words where it didn't, `{install}` for a command, and
 * `{brings|words}` for one that brings a shared library that is known. Words alone are for some places only: `{across|words}`
 * for those without a sysroot to compile across, `{elsewhere|words}` for builders of others, which have stages of an image,
 * `{inside|words}` for steps of ours.
 */
export function filled(text: string, groups: Readonly<Record<string, string>>, place: LogPlace): string {
  const wordsFor = (name: string, otherwise: string): string => {
    switch (name) {
      case 'install':
        return installWords(groups, place);
      case 'brings':
        return runtimeWords(groups, place) ?? otherwise;
      case 'across':
        return place.sysroot === undefined ? otherwise : '';
      case 'elsewhere':
        return place.isEnvironment ? '' : otherwise;
      case 'inside':
        return place.isEnvironment ? otherwise : '';
      default:
        return groups[name] ?? otherwise;
    }
  };
  // What stands for a name that the log doesn't tell is no name.
  const named = text.replaceAll(/`\{(\w+)\|([^{}]*)\}`/g, (quoted, name: string, otherwise: string) =>
    groups[name] === undefined ? otherwise : quoted,
  );
  const once = named.replaceAll(/\{(\w+)(?:\|([^{}]*))?\}/g, (_, name: string, otherwise = '') =>
    wordsFor(name, String(otherwise)),
  );
  // From the inside out: words may hold names again.
  return once === text
    ? once.replaceAll(/ +(?=[,.:;)]|$)/g, '').replaceAll('  ', ' ')
    : filled(once, groups, place);
}
