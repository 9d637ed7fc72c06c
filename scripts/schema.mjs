// Writes schema/targetry.schema.json, by which editors complete and check targetry.yaml, from the schema that Targetry
// itself reads the file with; with --check only says whether it is up to date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { fileSchema } from '../build/src/config/schema.js';

const file = new URL('../schema/targetry.schema.json', import.meta.url);

const made = toJsonSchema(fileSchema, {
  target: 'draft-07',
  overrideSchema: ({ valibotSchema: { type, options, wrapped } }) => {
    if ((wrapped ?? { type }).type === 'custom') {
      return { description: 'Part of the format, not served by this version.', not: {}, doNotSuggest: true };
    }
    return type === 'picklist' && options.join() === 'true,false' ? { type: 'boolean' } : undefined;
  },
  overrideAction: ({ valibotAction, jsonSchema }) =>
    valibotAction.type === 'metadata' && valibotAction.metadata.asWritten ? asWritten(jsonSchema) : undefined,
});

// Targetry takes every scalar as written; an editor's YAML makes numbers and flags of some.
function asWritten({ type: _type, asWritten: _asWritten, enum: words, ...rest }) {
  if (!words) return { ...rest, type: ['string', 'number', 'boolean'] };
  return { ...rest, enum: words.concat(words.filter((word) => /^\d+$/.test(word)).map(Number)) };
}

const { $schema, ...rest } = made;
// Targets come from either of two keys; src/config/check.ts says it of the file.
const anyOf = ['targets', 'matrix'].map((key) => ({ required: [key] }));
const whole = { $schema, title: 'targetry.yaml', ...rest, anyOf };
const text = `${JSON.stringify(whole, null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error('schema/targetry.schema.json is out of date: run `npm run schema`');
    process.exit(1);
  }
} else {
  writeFileSync(file, text);
}
