/**
 * Which services would start, were the root booted: systemd's links, made by deb-systemd-helper from the `[Install]` of a
 * unit, and those of update-rc.d, made from the head of an init script. Nobody boots a build environment, but packages
 * that are added later look for them.
 */
import type { RootTree } from '../root-tree.ts';
import type { Effect, EffectInput } from './effect.ts';
import { scriptCalls } from './shell-script.ts';

const OWNER = 'services';
const STATE = 'var/lib/systemd/deb-systemd-helper-enabled';

export const services: Effect = {
  name: OWNER,
  apply(input) {
    const skipped: string[] = [];
    return { done: [...enableUnits(input, skipped), ...enableInitScripts(input)], skipped };
  },
};

function enableUnits({ tree, packages }: EffectInput, skipped: string[]): string[] {
  const calls = scriptCalls(packages, 'deb-systemd-helper');
  const unitsOf = (verb: string) =>
    calls.flatMap(({ words }) => (words.includes(verb) ? words.slice(words.indexOf(verb) + 1) : []));
  // Only what was on before is turned on again where a package asks for that first.
  const off = new Set(unitsOf('debian-installed'));
  const done: string[] = [];
  for (const unit of new Set(unitsOf('enable'))) {
    if (unit === undefined) skipped.push('a unit that only running would tell');
    else if (!off.has(unit)) done.push(...enableUnit(tree, unit));
  }
  return done;
}

function enableUnit(tree: RootTree, unit: string): string[] {
  const file = `lib/systemd/system/${unit}`;
  const text = tree.readText(file) ?? tree.readText(`usr/${file}`);
  if (text === undefined || !/^[\w@.:-]+$/.test(unit)) return [];
  const links = [...installLinks(text, unit)];
  for (const link of links) {
    tree.link(`etc/systemd/system/${link}`, `/${file}`, OWNER);
    tree.write(`${STATE}/${link}`, '', { owner: OWNER });
  }
  if (links.length > 0) {
    const list = links.map((link) => `/etc/systemd/system/${link}\n`).join('');
    tree.write(`${STATE}/${unit}.dsh-also`, list, { owner: OWNER });
  }
  return links.map((link) => `etc/systemd/system/${link}`);
}

/** Relative to /etc/systemd/system. */
function* installLinks(text: string, unit: string): Generator<string, void, void> {
  let section = '';
  for (const line of text.split('\n')) {
    section = /^\s*(\[.*\])\s*$/.exec(line)?.[1] ?? section;
    if (section !== '[Install]') continue;
    const [, key, value = ''] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    for (const name of value.split(/\s+/).filter((word) => /^[\w@.:-]+$/.test(word))) {
      if (key === 'WantedBy') yield `${name}.wants/${unit}`;
      if (key === 'RequiredBy') yield `${name}.requires/${unit}`;
      if (key === 'Alias') yield name;
    }
  }
}

function enableInitScripts({ tree, packages }: EffectInput): string[] {
  const done: string[] = [];
  for (const { words } of scriptCalls(packages, 'update-rc.d')) {
    const [, name, action] = words;
    const text = name === undefined ? undefined : tree.readText(`etc/init.d/${name}`);
    if (text === undefined || (action !== 'defaults' && action !== 'defaults-disabled')) continue;
    const levels = (key: string) =>
      new RegExp(`^# *${key}:[ \\t]*(.*)$`, 'm')
        .exec(text)?.[1]!
        .split(/\s+/)
        .filter((level) => /^[0-6S]$/.test(level)) ?? [];
    const start = action === 'defaults' ? 'S01' : 'K01';
    const paths = [
      ...levels('Default-Start').map((level) => `etc/rc${level}.d/${start}${name}`),
      ...levels('Default-Stop').map((level) => `etc/rc${level}.d/K01${name}`),
    ];
    for (const path of paths) tree.link(path, `../init.d/${name}`, OWNER);
    done.push(...paths);
  }
  return done;
}
