// The two pages of reference: each key of targetry.yaml from its schema, each command and option from the command line.

export function configReference(schema) {
  const sections = [];
  describe('targetry.yaml', schema, sections);
  return `# targetry.yaml, key by key

Made from the schema that checks the file, which editors read too (\`schema/targetry.schema.json\`). Keys in bold have to be there.
${sections.map(({ path, rows }) => `\n## ${path === 'targetry.yaml' ? 'The file' : `\`${path}\``}\n\n| key | value | what it says |\n| --- | --- | --- |\n${rows.join('')}`).join('')}`;
}

/** One section for each mapping of the file, in the order of the file; one shape in several places has one section. */
function describe(path, object, sections) {
  const shape = JSON.stringify(object.properties);
  if (sections.some((section) => section.shape === shape)) return;
  const section = { path, shape, rows: [] };
  sections.push(section);
  const required = object.required ?? [];
  for (const [key, value] of Object.entries(object.properties)) {
    if (!served(value)) continue;
    const name = required.includes(key) ? `**\`${key}\`**` : `\`${key}\``;
    section.rows.push(`| ${name} | ${cell(valueOf(value))} | ${cell(value.description ?? '')} |\n`);
    const inner = mappingIn(value);
    if (inner !== undefined) describe(innerPath(path, key, value), inner, sections);
  }
}

function innerPath(path, key, value) {
  const own = value.type === 'object' && value.properties === undefined ? `${key}.NAME` : key;
  return path === 'targetry.yaml' ? own : `${path}.${own}`;
}

function mappingIn(value) {
  if (value.properties !== undefined) return value;
  const parts = [value.items, value.additionalProperties, ...(value.anyOf ?? [])];
  for (const part of parts) {
    const found = part && typeof part === 'object' ? mappingIn(part) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function served(value) {
  return value.type !== undefined || value.anyOf !== undefined || value.enum !== undefined;
}

function valueOf(value) {
  if (value.anyOf !== undefined) return [...new Set(value.anyOf.map(valueOf))].join(' or ');
  if (value.enum !== undefined) return choice([...new Set(value.enum.map(String))]);
  if (Array.isArray(value.type)) return 'text';
  if (value.type === 'array') return `list of ${plural(valueOf(value.items))}`;
  if (value.type === 'object') return value.properties === undefined ? 'names with values' : 'mapping';
  return value.type === 'boolean' ? '`true` or `false`' : 'text';
}

function choice(words) {
  return words.length > 12 ? 'name' : words.map((word) => `\`${word}\``).join(' ');
}

function plural(kind) {
  return { text: 'texts', mapping: 'mappings', name: 'names' }[kind] ?? kind;
}

export function commandReference(commands) {
  return `# Commands, option by option

Made from the command line itself: \`targetry COMMAND --help\` says the same.
${Object.entries(commands)
  .flatMap(([name, target]) => commandsBelow(name, target))
  .map(commandSection)
  .join('')}`;
}

function commandsBelow(name, target) {
  if (target.getAllEntries === undefined) return [{ name, target }];
  return target
    .getAllEntries()
    .flatMap((entry) => commandsBelow(`${name} ${entry.name.original}`, entry.target));
}

function commandSection({ name, target }) {
  const { flags = {}, aliases = {}, positional } = target.parameters;
  const short = Object.fromEntries(Object.entries(aliases).map(([letter, flag]) => [flag, `-${letter}`]));
  const options = Object.entries(flags)
    .filter(([, flag]) => flag.hidden !== true)
    .map(([key, flag]) => `| ${optionCell(key, flag, short[key])} | ${cell(flag.brief)} |\n`);
  const words = (positional?.kind === 'array' ? [positional.parameter] : (positional?.parameters ?? [])).map(
    ({ placeholder, brief }) =>
      `| \`${cell(placeholder.toUpperCase())}${positional.kind === 'array' ? '…' : ''}\` | ${cell(brief)} |\n`,
  );
  const rows = [...words, ...options];
  const table = rows.length === 0 ? '' : `\n| | |\n| --- | --- |\n${rows.join('')}`;
  return `\n## \`targetry ${name}\`\n\n${target.fullDescription ?? `${target.brief}.`}\n${table}`;
}

function optionCell(key, flag, letter) {
  const long = `--${key.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
  const value = flag.kind === 'boolean' ? '' : ` ${cell(flag.placeholder ?? flag.values.join('|'))}`;
  const often = flag.variadic === true ? ', repeatable' : '';
  const names = letter === undefined ? [long] : [letter, long];
  const must = flag.kind !== 'boolean' && flag.optional !== true && flag.default === undefined;
  return `${names.map((name) => `\`${name}${name === long ? value : ''}\``).join(', ')}${must ? ', always' : ''}${often}`;
}

/** A bar ends a cell, in code too. */
function cell(text) {
  return text.replaceAll(/(?<!\\)\|/g, '\\|').replaceAll('\n', ' ');
}
