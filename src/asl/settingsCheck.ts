/** What `stepbench.json` may hold; the same as schemas/stepbench.schema.json, which the editor uses for completion. */
import { isObject, type Json, type JsonObject } from '../model/json';
import type { Problem } from '../model/machine';
import type { WorkflowSettings } from '../model/settings';
import { closest } from './closest';
import { nodeAt, pointer, valueOf, type LineTable, type Path, type SourceNode } from './sourceTree';

/** What a field may be. */
type Shape =
  | { readonly kind: 'text' }
  | { readonly kind: 'any' }
  | { readonly kind: 'integer'; readonly least: number; readonly most: number }
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'names'; readonly of: Shape }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Shape>>; readonly required: readonly string[] };

const text: Shape = { kind: 'text' };

const functionShape: Shape = {
  kind: 'object',
  required: ['code', 'handler', 'runtime'],
  fields: {
    code: text,
    handler: text,
    runtime: text,
    memorySize: { kind: 'integer', least: 128, most: 10_240 },
    timeout: { kind: 'integer', least: 1, most: 900 },
    deadLetterTopic: { kind: 'text' },
    reservedConcurrency: { kind: 'integer', least: 0, most: 100_000 },
    architecture: { kind: 'oneOf', values: ['x86_64', 'arm64'] },
    environment: { kind: 'names', of: text },
  },
};

const tableShape: Shape = {
  kind: 'object',
  required: ['partitionKey'],
  fields: { partitionKey: text, sortKey: text, items: { kind: 'list', of: { kind: 'names', of: { kind: 'any' } } } },
};

const costsShape: Shape = { kind: 'names', of: { kind: 'integer', least: 0, most: 1_000_000 } };

const systemsShape: Shape = {
  kind: 'object',
  required: [],
  fields: {
    'event-driven': {
      kind: 'object',
      required: ['folder', 'topic', 'statusTable'],
      fields: { folder: text, topic: text, statusTable: text, costs: costsShape },
    },
    gateway: {
      kind: 'object',
      required: ['module'],
      fields: { module: text, url: text, functions: { kind: 'list', of: text }, costs: costsShape },
    },
  },
};

export const settingsShape: Shape & { kind: 'object' } = {
  kind: 'object',
  required: [],
  fields: {
    $schema: text,
    substitutions: { kind: 'names', of: text },
    inputs: { kind: 'names', of: text },
    functions: { kind: 'names', of: functionShape },
    tables: { kind: 'names', of: tableShape },
    topics: {
      kind: 'names',
      of: { kind: 'object', required: [], fields: { subscribers: { kind: 'list', of: text } } },
    },
    queues: { kind: 'list', of: text },
    mocks: text,
    testCase: text,
    systems: systemsShape,
    role: text,
    region: text,
    profile: text,
  },
};

/** Top-level fields with an error anywhere in them are left out of the settings. */
export function checkSettings(root: SourceNode, lines: LineTable): { settings: WorkflowSettings; problems: Problem[] } {
  const problems: Problem[] = [];
  const value = valueOf(root);
  const add = (severity: Problem['severity'], path: Path, message: string, onKey = false): void => {
    const { node, entry } = nodeAt(root, path);
    const span = onKey && entry ? entry.keySpan : node;
    problems.push({
      severity,
      code: 'INVALID_SETTINGS',
      message,
      path: pointer(path),
      range: lines.range(span.start, span.end),
    });
  };
  if (!isObject(value)) {
    add('error', [], 'stepbench.json must be an object, {"substitutions": …, "inputs": …, "functions": …}');
    return { settings: {}, problems };
  }
  check(value, settingsShape, [], add);
  const wrong = new Set(
    problems.filter(({ severity }) => severity === 'error').map(({ path }) => path.split(/[/[]/)[1]),
  );
  const settings = Object.fromEntries(
    Object.entries(value).filter(
      ([field]) => field !== '$schema' && Object.hasOwn(settingsShape.fields, field) && !wrong.has(field),
    ),
  );
  return { settings: settings, problems };
}

type Add = (severity: Problem['severity'], path: Path, message: string, onKey?: boolean) => void;

function check(value: Json, shape: Shape, path: Path, add: Add): void {
  const field = path.length === 0 ? 'stepbench.json' : `'${path.at(-1)}'`;
  switch (shape.kind) {
    case 'any':
      return;
    case 'text':
      if (typeof value !== 'string') add('error', path, `${field} must be a text in double quotes`);
      return;
    case 'integer':
      if (!Number.isInteger(value) || (value as number) < shape.least || (value as number) > shape.most)
        add('error', path, `${field} must be a whole number from ${shape.least} to ${shape.most}`);
      return;
    case 'oneOf':
      if (!shape.values.includes(value as string))
        add('error', path, `${field} must be one of ${shape.values.join(', ')}`);
      return;
    case 'list':
      if (!Array.isArray(value)) add('error', path, `${field} must be a list, […]`);
      else value.forEach((item: Json, index: number) => check(item, shape.of, [...path, index], add));
      return;
    case 'names':
      if (!isObject(value)) add('error', path, `${field} must be an object of names, {"name": …}`);
      else for (const [name, item] of Object.entries(value)) check(item as Json, shape.of, [...path, name], add);
      return;
    case 'object':
      if (!isObject(value)) add('error', path, `${field} must be an object, {…}`);
      else checkFields(value, shape, path, add);
  }
}

function checkFields(value: JsonObject, shape: Shape & { kind: 'object' }, path: Path, add: Add): void {
  for (const [name, item] of Object.entries(value)) {
    const inner = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
    if (inner) check(item as Json, inner, [...path, name], add);
    else {
      const meant = closest(name, Object.keys(shape.fields));
      add('warning', [...path, name], `'${name}' means nothing here${meant ? `: did you mean '${meant}'?` : ''}`, true);
    }
  }
  for (const name of shape.required) if (value[name] === undefined) add('error', path, `'${name}' is missing`, true);
}
