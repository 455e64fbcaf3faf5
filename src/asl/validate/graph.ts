/** Whether every way leads to a state, every state can be reached, and some way ends. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import { targetsOf } from '../outline';
import type { Path } from '../sourceTree';
import { isOpen, type Findings } from './findings';

export function checkGraph(
  findings: Findings,
  machine: JsonObject,
  states: JsonObject,
  path: Path,
  nested: boolean,
): void {
  let open = Object.keys(states).some((name) => isOpen(name));
  const check = (target: Json | undefined, field: string, place: Path): void => {
    if (target === undefined) return;
    if (isOpen(target)) open = true;
    else if (typeof target !== 'string') {
      open = true;
      if (field !== 'StartAt') findings.schema(place, 'Expected value of type String');
    } else if (!Object.hasOwn(states, target) && !open)
      // AWS says Next of StartAt and Default too.
      findings.error('MISSING_TRANSITION_TARGET', place, `Missing 'Next' target: ${target}`);
  };
  check(machine.StartAt, 'StartAt', [...path, 'StartAt']);
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    const place = [...path, 'States', name];
    check(state.Next, 'Next', [...place, 'Next']);
    check(state.Default, 'Default', [...place, 'Default']);
    for (const field of ['Choices', 'Catch']) {
      const list = state[field];
      if (Array.isArray(list))
        list.forEach(
          (one: Json, index: number) => isObject(one) && check(one.Next, 'Next', [...place, field, index, 'Next']),
        );
      else if (isOpen(list)) open = true;
    }
  }
  if (open) return;
  // Branches and processors may loop for ever. Where nothing ends, AWS does not ask what can be reached.
  if (!nested && isEndless(states))
    findings.error('MISSING_END_STATE', [...path, 'States'], 'Workflow has no terminal state');
  else checkReach(findings, machine.StartAt, states, path);
}

function checkReach(findings: Findings, start: Json | undefined, states: JsonObject, path: Path): void {
  if (typeof start !== 'string') return;
  const reached = new Set(Object.hasOwn(states, start) ? [start] : []);
  for (const name of reached) {
    const state = states[name];
    if (isObject(state)) for (const target of targetsOf(state)) if (Object.hasOwn(states, target)) reached.add(target);
  }
  for (const name of Object.keys(states)) {
    if (!reached.has(name))
      findings.error('MISSING_TRANSITION_TARGET', [...path, 'States', name], `State "${name}" is not reachable.`, {
        onKey: true,
      });
  }
}

function isEndless(states: JsonObject): boolean {
  const list = Object.values(states).filter(isObject);
  return (
    list.length > 0 &&
    !list.some(
      (state) =>
        state.End === true ||
        isOpen(state.End) ||
        state.Type === 'Succeed' ||
        state.Type === 'Fail' ||
        targetsOf(state).length === 0,
    )
  );
}
