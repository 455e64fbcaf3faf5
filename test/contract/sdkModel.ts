import { NormalizedSchema } from '@smithy/core/schema';

/** Anything that is wrong with a value by the SDK's own model of an operation's input; empty where it is accepted. */
export const violations = (schema: unknown, value: unknown, path = ''): string[] => {
  const model = NormalizedSchema.of(schema as never);
  const at = path === '' ? 'the body' : path;
  if (model.isStructSchema() || model.isUnionSchema()) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is not a structure`];
    const known = new Map([...model.structIterator()].map(([name, member]) => [name, member] as const));
    const given = value as Record<string, unknown>;
    const problems = Object.keys(given)
      .filter((name) => !known.has(name))
      .map((name) => `${at} has no member ${name}`);
    for (const name of requiredMembers(model)) if (given[name] === undefined) problems.push(`${at} lacks ${name}`);
    for (const [name, member] of known)
      if (given[name] !== undefined && given[name] !== null)
        problems.push(...violations(member, given[name], `${path}.${name}`));
    return problems;
  }
  if (model.isListSchema()) {
    if (!Array.isArray(value)) return [`${at} is not a list`];
    return value.flatMap((item, i) => violations(model.getValueSchema(), item, `${path}[${i}]`));
  }
  if (model.isMapSchema()) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is not a map`];
    return Object.entries(value).flatMap(([key, item]) => violations(model.getValueSchema(), item, `${path}.${key}`));
  }
  const wanted =
    model.isStringSchema() || model.isBlobSchema()
      ? 'string'
      : model.isBooleanSchema()
        ? 'boolean'
        : model.isNumericSchema() ||
            model.isTimestampSchema() ||
            model.isBigIntegerSchema() ||
            model.isBigDecimalSchema()
          ? 'number'
          : undefined;
  return wanted !== undefined && typeof value !== wanted ? [`${at} is a ${typeof value}, not a ${wanted}`] : [];
};

/** The seventh field of a structure's schema: how many of its members, from the first, are required. */
const requiredMembers = (model: NormalizedSchema): readonly string[] => {
  const raw = model.getSchema();
  if (!Array.isArray(raw)) return [];
  const [, , , , names, , required] = raw as unknown as [number, string, string, unknown, string[], unknown[], number?];
  return Array.isArray(names) ? names.slice(0, required ?? 0) : [];
};

/** The input schema of an operation in a client module of the SDK: `StartExecution$` is its operation. */
export const inputOf = (client: Readonly<Record<string, unknown>>, operation: string): unknown => {
  const schema = client[`${operation}$`];
  if (!Array.isArray(schema) || schema[0] !== 9) return undefined;
  const input: unknown = schema[4];
  return typeof input === 'function' ? (input as () => unknown)() : input;
};
