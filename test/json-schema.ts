/** As much of JSON Schema as our own schemas use: where `value` is not what the schema says, each with its place. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

export function violations(
  value: unknown,
  schema: JsonSchema,
  root: JsonSchema = schema,
  at = '$',
): string[] {
  if (schema.$ref !== undefined) {
    return violations(value, root.definitions![schema.$ref.replace('#/definitions/', '')]!, root, at);
  }
  const wrong: string[] = [];
  const kind = kindOf(value);
  if (
    schema.type !== undefined &&
    ![schema.type].flat().some((type) => type === kind || (type === 'number' && kind === 'integer'))
  ) {
    return [`${at} is ${kind}, not ${[schema.type].flat().join(' or ')}`];
  }
  if (schema.enum !== undefined && !schema.enum.includes(value))
    wrong.push(`${at} is ${JSON.stringify(value)}`);
  if (schema.const !== undefined && schema.const !== value) wrong.push(`${at} is ${JSON.stringify(value)}`);
  if (schema.pattern !== undefined && typeof value === 'string' && !new RegExp(schema.pattern).test(value)) {
    wrong.push(`${at} does not match ${schema.pattern}`);
  }
  if (schema.minimum !== undefined && Number(value) < schema.minimum)
    wrong.push(`${at} is less than ${schema.minimum}`);
  if (
    schema.oneOf !== undefined &&
    !schema.oneOf.some((one) => violations(value, one, root, at).length === 0)
  ) {
    wrong.push(`${at} is none of what it may be`);
  }
  if (Array.isArray(value) && schema.items !== undefined) {
    wrong.push(...value.flatMap((item, index) => violations(item, schema.items!, root, `${at}[${index}]`)));
  }
  if (kind === 'object')
    wrong.push(...violationsOfObject(value as Record<string, unknown>, schema, root, at));
  return wrong;
}

function violationsOfObject(
  value: Record<string, unknown>,
  schema: JsonSchema,
  root: JsonSchema,
  at: string,
): string[] {
  const missing = (schema.required ?? []).filter((key) => value[key] === undefined);
  const known = schema.properties ?? {};
  const extra = Object.keys(value).filter((key) => known[key] === undefined);
  return [
    ...missing.map((key) => `${at}.${key} is missing`),
    ...(schema.additionalProperties === false ? extra.map((key) => `${at}.${key} is unknown`) : []),
    ...Object.entries(known).flatMap(([key, one]) =>
      value[key] === undefined ? [] : violations(value[key], one, root, `${at}.${key}`),
    ),
  ];
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
