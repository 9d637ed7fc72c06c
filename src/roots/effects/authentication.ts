/**
 * `/etc/pam.d/common-*`, as pam-auth-update makes them of its templates and of the profiles that packages bring: those
 * that are on by default, the most important one first. What it remembers of that is below /var/lib/pam.
 *
 * In a profile the word `end` stands for how many lines of its block follow, so a module that succeeds jumps behind it.
 */
import type { RootTree } from '../root-tree.ts';
import type { Effect } from './effect.ts';

const OWNER = 'libpam-runtime';
const PROFILES = 'usr/share/pam-configs';
const KINDS = ['auth', 'account', 'password', 'session', 'session-noninteractive'];
const PRIMARY = '# here are the per-package modules (the "Primary" block)';
const FALLBACK = "# here's the fallback if no module succeeds";
const ADDITIONAL = '# and here are more per-package modules (the "Additional" block)';
const END = '# end of pam-auth-update config';
const NO_MODULE = '[default=1]\t\t\tpam_permit.so';

interface Profile {
  readonly name: string;
  readonly fields: ReadonlyMap<string, string>;
}

export const authentication: Effect = {
  name: 'authentication',
  apply({ tree, packages }) {
    if (!packages.some(({ name }) => name === OWNER)) return { done: [], skipped: [] };
    const profiles = tree.list(PROFILES).map((name) => parseProfile(tree, name));
    const sorted = profiles.sort((a, b) => priority(b) - priority(a) || (a.name < b.name ? 1 : -1));
    const enabled = sorted.filter(({ fields }) => fields.get('Default') === 'yes');
    const done: string[] = [];
    const skipped: string[] = [];
    for (const kind of KINDS) {
      const template = tree.readText(`usr/share/pam/common-${kind}`);
      const path = `etc/pam.d/common-${kind}`;
      const text = template === undefined ? undefined : fill(template, kind, enabled);
      if (tree.has(path)) continue;
      if (text === undefined) {
        skipped.push(`common-${kind} has no template`);
        continue;
      }
      tree.write(path, text, { owner: OWNER });
      tree.write(`var/lib/pam/${kind}`, remembered(kind, enabled), { owner: OWNER });
      done.push(path);
    }
    const seen = sorted.map(({ name }) => `${name}\n`).join('');
    tree.write('var/lib/pam/seen', seen, { owner: OWNER });
    return { done, skipped };
  },
};

function priority({ fields }: Profile): number {
  return Number(fields.get('Priority') ?? 0);
}

/** `Name: value`, where lines that follow belong to the value. */
function parseProfile(tree: RootTree, name: string): Profile {
  const fields = new Map<string, string>();
  let current = '';
  for (const line of (tree.readText(`${PROFILES}/${name}`) ?? '').split('\n')) {
    const field = /^(\S+):\s+(.*)$/.exec(line) ?? /^(\S+):()$/.exec(line);
    if (field !== null) {
      current = field[1]!.replace(/-Final$/, '');
      fields.set(current, field[2]!.trim());
    } else if (line.trim() !== '') {
      fields.set(current, `${fields.get(current) ?? ''}\n${line.trim()}`.trim());
    }
  }
  if (fields.get('Session-Interactive-Only') !== 'yes') {
    for (const suffix of ['-Type', '', '-Initial']) {
      const value = fields.get(`Session${suffix}`);
      if (value !== undefined) fields.set(`Session-noninteractive${suffix}`, value);
    }
  }
  return { name, fields };
}

type Block = 'Primary' | 'Additional';

/** The lines of each profile that has some in this block; the first one may have lines of its own. */
function linesOf(
  kind: string,
  block: Block,
  profiles: readonly Profile[],
): [name: string, lines: string[]][] {
  const title = `${kind[0]!.toUpperCase()}${kind.slice(1)}`;
  const of = profiles.filter(({ fields }) => fields.get(`${title}-Type`) === block);
  return of.map(({ name, fields }, index) => {
    const first = index === 0 ? fields.get(`${title}-Initial`) : undefined;
    return [name, (first ?? fields.get(title) ?? '').split('\n').filter((line) => line !== '')];
  });
}

/** Undefined where the template is none. */
function fill(template: string, kind: string, profiles: readonly Profile[]): string | undefined {
  const lines = template.split('\n');
  const at = (mark: string, from: number) =>
    lines.findIndex((line, index) => index >= from && line.startsWith(mark));
  const primary = at(PRIMARY, 0);
  const fallback = at(FALLBACK, primary + 1);
  const additional = at(ADDITIONAL, fallback + 1);
  const end = at(END, additional + 1);
  if ([primary, fallback, additional, end].includes(-1)) return undefined;
  return [
    ...lines.slice(0, primary + 1),
    ...blockOf(kind, 'Primary', profiles),
    ...lines.slice(fallback, additional + 1),
    ...blockOf(kind, 'Additional', profiles),
    ...lines.slice(end),
  ].join('\n');
}

function blockOf(kind: string, block: Block, profiles: readonly Profile[]): string[] {
  const word = kind.replace('-noninteractive', '');
  const lines = linesOf(kind, block, profiles).flatMap(([, own]) => own);
  if (lines.length === 0) return block === 'Primary' ? [`${word}\t${NO_MODULE}`] : [];
  // In the last block a jump past the end would leave the stack.
  const count = block === 'Primary' ? lines.length : lines.length - 1;
  return lines.map((line, index) => {
    const [, module = line, , options = ''] = /^((\[[^\]]+\]|\w+)\s+\S+)\s*(.*)$/.exec(line) ?? [];
    const jump = module.replaceAll('end', String(count - index));
    return `${word}\t${jump} ${options.split(/\s+/).join(' ')}`;
  });
}

function remembered(kind: string, profiles: readonly Profile[]): string {
  const primary = linesOf(kind, 'Primary', profiles);
  const modules = [
    ...(primary.length > 0 ? primary : [['null', [NO_MODULE]] as const]),
    ...linesOf(kind, 'Additional', profiles),
  ];
  return modules.map(([name, lines]) => `Module: ${name}\n${lines.join('\n')}\n`).join('');
}
