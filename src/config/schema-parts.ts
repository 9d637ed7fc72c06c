/** What several parts of the schema are made of. */
import * as v from 'valibot';
import { variableForm } from '../base/env.ts';

/** An editor's YAML would read 1.10 as a number; here it stays as it was written. Read by scripts/schema.mjs. */
export const asWritten = { asWritten: true };

export const scalar = () => v.pipe(v.string(), v.metadata(asWritten));
export const text = () => v.pipe(v.string(), v.nonEmpty('must not be empty'));
export const variables = () =>
  v.record(
    v.pipe(v.string(), v.regex(variableForm, 'is not the name of a variable: use letters, digits and `_`')),
    scalar(),
  );
export const oneOrMore = () => v.union([v.array(v.string()), v.string()]);

export const described = <const Schema extends v.GenericSchema>(schema: Schema, description: string) =>
  v.pipe(schema, v.description(description));

export const selection = v.strictObject({
  target: v.exactOptional(described(oneOrMore(), 'Targets: names, or globs.')),
  arch: v.exactOptional(described(oneOrMore(), 'Targets whose result is for these CPUs.')),
  libc: v.exactOptional(described(oneOrMore(), 'Targets whose result is of these libcs.')),
  environment: v.exactOptional(described(oneOrMore(), 'Targets of these environments.')),
});
