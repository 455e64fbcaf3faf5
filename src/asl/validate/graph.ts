/** Whether every way leads to a state, every state can be reached, and some way ends. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import { targetsOf } from '../outline';
import type { Path } from '../sourceTree';
import { isOpen, type Findings } from './findings';

export function checkGraph(findings: Findings, machine: JsonObject, states: JsonObject, path: Path): void {
  let open = Object.keys(states).some((name) => isOpen(name));
  let missing = false;
  const check = (target: Json | undefined, field: string, place: Path): void => {
    if (target === undefined) return;
    if (isOpen(target)) open = true;
    else if (typeof target !== 'string') {
      open = true;
      if (field !== 'StartAt') findings.schema(place, 'Expected value of type String');
    } else if (!Object.hasOwn(states, target)) {
      missing = true;
      if (!open) findings.error('MISSING_TRANSITION_TARGET', place, `Missing '${field}' target: ${target}`);
    }
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
  checkReach(findings, machine.StartAt, states, path);
  // A way to nowhere may be the way to the end.
  if (!missing) checkEnd(findings, states, path);
}

function checkReach(findings: Findings, start: Json | undefined, states: JsonObject, path: Path): void {
  if (typeof start !== 'string' || !Object.hasOwn(states, start)) return;
  const reached = new Set([start]);
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

function checkEnd(findings: Findings, states: JsonObject, path: Path): void {
  const list = Object.values(states).filter(isObject);
  const ends = list.some(
    (state) =>
      state.End === true ||
      isOpen(state.End) ||
      state.Type === 'Succeed' ||
      state.Type === 'Fail' ||
      targetsOf(state).length === 0,
  );
  if (!ends && list.length > 0)
    findings.error('MISSING_END_STATE', [...path, 'States'], 'The workflow does not have a terminal state');
}
