/** Which variables each state uses: `variableReferences` of DescribeStateMachine (API reference: "states that do not use variable references will not be shown"). */
import { isObject, type Json, type JsonObject } from '../../model/json';

/** State name → sorted variable names; undefined where no state uses one. */
export function variableReferences(definition: JsonObject): Readonly<Record<string, readonly string[]>> | undefined {
  const found: Record<string, readonly string[]> = {};
  visitStates(definition, definition.QueryLanguage === 'JSONata', found);
  return Object.keys(found).length === 0 ? undefined : found;
}

function visitStates(machine: JsonObject, jsonata: boolean, found: Record<string, readonly string[]>): void {
  if (!isObject(machine.States)) return;
  for (const [name, state] of Object.entries(machine.States)) {
    if (!isObject(state)) continue;
    const inJsonata = state.QueryLanguage === undefined ? jsonata : state.QueryLanguage === 'JSONata';
    const names = new Set<string>();
    for (const [field, value] of Object.entries(state)) {
      if (field === 'Comment') continue;
      if (field === 'Branches' && Array.isArray(value)) {
        for (const branch of value as readonly Json[]) if (isObject(branch)) visitStates(branch, jsonata, found);
      } else if ((field === 'ItemProcessor' || field === 'Iterator') && isObject(value))
        visitStates(value, jsonata, found);
      else collect(field, value ?? null, inJsonata, names);
    }
    if (names.size > 0) found[name] = [...names].sort();
  }
}

function collect(field: string, value: Json, jsonata: boolean, names: Set<string>): void {
  if (typeof value === 'string') {
    const expression = jsonata ? /^\s*\{%([\s\S]*)%\}\s*$/.exec(value)?.[1] : undefined;
    if (expression !== undefined) jsonataNames(expression, names);
    else if (!jsonata && (field.endsWith('Path') || field.endsWith('.$') || field === 'Variable'))
      jsonpathNames(value, names);
  } else if (Array.isArray(value)) for (const item of value as readonly Json[]) collect(field, item, jsonata, names);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) if (item !== undefined) collect(key, item, jsonata, names);
}

/** `$name` outside of quotes; `$`, `$.x`, `$[0]` and `$$` are no variables. */
function jsonpathNames(text: string, names: Set<string>): void {
  for (const match of text.replace(/'(?:\\.|[^'\\])*'/g, "''").matchAll(/(?<![$\w])\$([A-Za-z_]\w*)/g))
    names.add(match[1] ?? '');
}

/** As above, without functions called or passed by name, `$states`, and names that the expression binds itself. */
function jsonataNames(text: string, names: Set<string>): void {
  const bare = text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\/\*[\s\S]*?\*\//g, '""');
  const bound = new Set<string>(['states']);
  for (const match of bare.matchAll(/\$([A-Za-z_]\w*)\s*:=/g)) bound.add(match[1] ?? '');
  for (const match of bare.matchAll(/(?:function|λ)\s*\(([^)]*)\)/g)) {
    for (const parameter of (match[1] ?? '').matchAll(/\$([A-Za-z_]\w*)/g)) bound.add(parameter[1] ?? '');
  }
  for (const match of bare.matchAll(/(?<![$\w])\$([A-Za-z_]\w*)(?!\w)(?!\s*\()/g))
    if (!bound.has(match[1] ?? '')) names.add(match[1] ?? '');
}
