/** Assign: variables and their names. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import type { QueryLanguage } from '../../model/machine';
import { hasPlaceholder } from '../placeholders';
import type { Path } from '../sourceTree';
import { isOpen, type Findings } from './findings';
import { checkTemplate } from './queries';

const maxName = 80;

export function checkAssign(findings: Findings, assign: Json | undefined, path: Path, language: QueryLanguage): void {
  if (assign === undefined || isOpen(assign)) return;
  if (!isObject(assign)) {
    findings.schema(path, 'Expected value of type Object');
    return;
  }
  for (const key of Object.keys(assign)) {
    if (hasPlaceholder(key)) continue;
    const name = nameOf(key, language);
    const at = { at: [...path, key], onKey: true };
    if (name === 'states')
      findings.error('RESERVED_VARIABLE_NAME', path, "Cannot assign to reserved variable '$states'.", at);
    else if (!/^[\p{ID_Start}][\p{ID_Continue}_]*$/u.test(name))
      findings.error(
        'INVALID_VARIABLE_NAME',
        path,
        `Invalid variable name '${name}': the variable name contains invalid characters.`,
        at,
      );
    else if (name.length > maxName)
      findings.error(
        'INVALID_VARIABLE_NAME',
        path,
        `Invalid variable name '${name}': the variable name is longer than ${maxName} characters.`,
        at,
      );
  }
  checkTemplate(findings, assign, path, language);
}

const nameOf = (key: string, language: QueryLanguage): string =>
  language === 'JSONPath' && key.endsWith('.$') ? key.slice(0, -2) : key;

interface Assigned {
  readonly name: string;
  readonly path: Path;
  readonly key: string;
}

/** The variables that a state assigns itself: by its own Assign, its catchers' and its choice rules'. */
function assignedBy(state: JsonObject, path: Path, inherited: QueryLanguage): Assigned[] {
  const language = state.QueryLanguage === 'JSONata' ? 'JSONata' : inherited;
  const found: Assigned[] = [];
  const collect = (holder: Json, at: Path): void => {
    if (!isObject(holder) || !isObject(holder.Assign)) return;
    for (const key of Object.keys(holder.Assign))
      found.push({ name: nameOf(key, language), path: [...at, 'Assign'], key });
  };
  collect(state, path);
  for (const field of ['Catch', 'Choices']) {
    const list = state[field];
    if (Array.isArray(list))
      for (const [index, one] of (list as readonly Json[]).entries()) collect(one, [...path, field, index]);
  }
  return found;
}

/**
 * Warns of variables that one of the scopes around assigns too: "no other inner scope can assign" them, as the developer
 * guide has it (Passing data between states with variables). Returns the names that are taken for the scopes within.
 */
export function checkScope(
  findings: Findings,
  states: JsonObject,
  path: Path,
  language: QueryLanguage,
  outer: ReadonlySet<string>,
): ReadonlySet<string> {
  const taken = new Set(outer);
  for (const [stateName, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    for (const { name, path: at, key } of assignedBy(state, [...path, stateName], language)) {
      taken.add(name);
      if (outer.has(name))
        findings.warn(
          'OUTER_VARIABLE',
          at,
          `A state of an outer scope assigns '$${name}': AWS lets no inner scope assign it too`,
          {
            at: [...at, key],
            onKey: true,
          },
        );
    }
  }
  return taken;
}
