/** One state: its fields, its way on, and what its type asks for. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import { stateTypes, type QueryLanguage, type StateType, type WorkflowType } from '../../model/machine';
import { parseTimestamp } from '../../engine/query';
import type { Path } from '../sourceTree';
import { checkAssign } from './assign';
import { checkChoice, onlyFor } from './choice';
import { checkErrorHandling } from './errors';
import { exclusive, expressionPaths, integers, jsonataOnly, jsonPathOnly, nullablePaths, stateFields } from './fields';
import { checkOneOf, isOpen, listOf, type Findings } from './findings';
import { checkMap } from './map';
import { checkNumber } from './numbers';
import {
  checkExpressionPath,
  checkJsonataText,
  checkJsonataValue,
  checkPath,
  checkReferencePath,
  checkTemplate,
  isExpression,
} from './queries';
import { checkTask } from './task';

/** Checks everything of a state but the machines nested in it. Returns the language its fields are in. */
export function checkState(
  findings: Findings,
  state: JsonObject,
  path: Path,
  machineLanguage: QueryLanguage,
  type: WorkflowType,
): void {
  const kind = state.Type;
  if (kind === undefined) {
    findings.schema(path, 'These fields are required: [Type]');
    return;
  }
  if (!isStateType(kind)) {
    if (!isOpen(kind))
      findings.schema(
        [...path, 'Type'],
        "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]",
      );
    return;
  }
  const language = languageOfState(state, machineLanguage);
  const downgraded = isDowngraded(findings, state, path, machineLanguage);
  checkFields(findings, state, path, kind, downgraded ? undefined : language);
  checkLanguageName(findings, state.QueryLanguage, [...path, 'QueryLanguage']);
  checkFlow(findings, state, path, kind);
  checkCommon(findings, state, path, language);
  checkType(findings, state, path, kind, language, type);
}

const isStateType = (type: Json): type is StateType => (stateTypes as readonly Json[]).includes(type);

/** Whatever is not exactly `JSONPath` counts as JSONata, misspelt names too. */
export const languageOfState = ({ QueryLanguage: own }: JsonObject, machineLanguage: QueryLanguage): QueryLanguage =>
  own === undefined || isOpen(own) ? machineLanguage : own === 'JSONPath' ? 'JSONPath' : 'JSONata';

export function checkLanguageName(findings: Findings, language: Json | undefined, path: Path): void {
  if (language === undefined || language === 'JSONPath' || language === 'JSONata' || isOpen(language)) return;
  findings.schema(
    path,
    typeof language === 'string'
      ? `Value should be one of the following: ${listOf(['JSONPath', 'JSONata'])}`
      : 'Expected value of type [STRING]',
  );
}

/** A state cannot go back to JSONPath. Then nothing is said of fields that its language does not have. */
function isDowngraded(findings: Findings, state: JsonObject, path: Path, machineLanguage: QueryLanguage): boolean {
  if (state.QueryLanguage !== 'JSONPath' || machineLanguage !== 'JSONata') return false;
  findings.schema(path, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", {
    at: [...path, 'QueryLanguage'],
  });
  return true;
}

function checkFields(
  findings: Findings,
  state: JsonObject,
  path: Path,
  kind: StateType,
  language: QueryLanguage | undefined,
): void {
  const other = language === 'JSONata' ? jsonPathOnly : jsonataOnly;
  for (const field of Object.keys(state)) {
    if (isOpen(field)) continue;
    const at = { at: [...path, field], onKey: true };
    if (!stateFields[kind].has(field)) findings.schema(path, `Field '${field}' is not supported`, at);
    else if (language && other.has(field))
      findings.schema(path, onlyFor(language, field, language === 'JSONata' ? 'JSONPath' : 'JSONata'), at);
  }
  for (const pair of exclusive) checkOneOf(findings, state, path, pair);
}

const endless: ReadonlySet<StateType> = new Set(['Choice', 'Succeed', 'Fail']);

function checkFlow(findings: Findings, state: JsonObject, path: Path, kind: StateType): void {
  if (endless.has(kind)) return;
  const { Next: next, End: end } = state;
  if (end !== undefined && typeof end !== 'boolean' && !isOpen(end))
    findings.schema([...path, 'End'], 'Expected value of type Boolean');
  if (next !== undefined && end === true)
    findings.schema(path, 'There should only be one of the following fields: [Next, End]', {
      at: [...path, 'End'],
      onKey: true,
    });
  if (next === undefined && (end === undefined || end === false))
    findings.schema(path, 'This object should have only one of the following fields: [Next, End]');
}

/** Fields that mean the same wherever they stand. */
function checkCommon(findings: Findings, state: JsonObject, path: Path, language: QueryLanguage): void {
  if (state.Comment !== undefined && typeof state.Comment !== 'string')
    findings.schema([...path, 'Comment'], 'Expected value of type String');
  checkAssign(findings, state.Assign, [...path, 'Assign'], language);
  checkErrorHandling(findings, state, path, language);
  for (const [field, [least, most]] of Object.entries(integers)) {
    const value = state[field];
    if (isExpression(value, language)) checkJsonataText(findings, value, [...path, field]);
    else checkNumber(findings, value, [...path, field], { integer: true, least, most });
  }
  if (language === 'JSONPath') checkPathFields(findings, state, path);
  else
    for (const field of ['Arguments', 'Output', 'Error', 'Cause'])
      if (state[field] !== undefined) checkJsonataValue(findings, state[field], [...path, field], [...path, field]);
}

function checkPathFields(findings: Findings, state: JsonObject, path: Path): void {
  for (const [field, value] of Object.entries(state) as [string, Json][]) {
    const place = [...path, field];
    if (field === 'ItemsPath' || !field.endsWith('Path') || (value === null && nullablePaths.has(field))) continue;
    if (field === 'ResultPath') checkReferencePath(findings, value, place);
    else if (expressionPaths.has(field)) checkExpressionPath(findings, value, place);
    else checkPath(findings, value, place);
  }
  for (const field of ['Parameters', 'ResultSelector'])
    if (state[field] !== undefined) checkTemplate(findings, state[field], [...path, field], 'JSONPath');
}

function checkType(
  findings: Findings,
  state: JsonObject,
  path: Path,
  kind: StateType,
  language: QueryLanguage,
  type: WorkflowType,
): void {
  switch (kind) {
    case 'Task':
      return checkTask(findings, state, path, language, type);
    case 'Pass':
      return checkPass(findings, state, path);
    case 'Choice':
      return checkChoice(findings, state, path, language);
    case 'Wait':
      return checkWait(findings, state, path, language);
    case 'Map':
      return checkMap(findings, state, path, language, type);
    case 'Parallel':
      return checkParallel(findings, state, path);
    case 'Fail':
      return checkFail(findings, state, path, language);
    case 'Succeed':
      return;
  }
}

function checkPass(findings: Findings, state: JsonObject, path: Path): void {
  if (isObject(state.Result) && Object.keys(state.Result).some((key) => key.endsWith('.$'))) {
    findings.warn(
      'PASS_RESULT_IS_STATIC',
      [...path, 'Result'],
      "Result is put out as it stands: a '.$' field in it is not evaluated. Parameters would be.",
    );
  }
}

function checkWait(findings: Findings, state: JsonObject, path: Path, language: QueryLanguage): void {
  const fields =
    language === 'JSONata' ? ['Seconds', 'Timestamp'] : ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp'];
  const given = fields.filter((field) => state[field] !== undefined);
  if (given.length > 1) findings.schema(path, `There should only be one of the following fields: ${listOf(fields)}`);
  if (given.length === 0)
    findings.schema(path, `This object should have only one of the following fields: ${listOf(fields)}`);
  const { Timestamp: timestamp } = state;
  if (timestamp === undefined) return;
  const place = [...path, 'Timestamp'];
  if (isExpression(timestamp, language)) checkJsonataText(findings, timestamp, place);
  else if (!isOpen(timestamp) && (typeof timestamp !== 'string' || parseTimestamp(timestamp) === undefined))
    findings.schema(place, 'String does not match RFC3339 timestamp');
}

function checkParallel(findings: Findings, state: JsonObject, path: Path): void {
  const { Branches: branches } = state;
  const place = [...path, 'Branches'];
  if (branches === undefined) findings.schema(path, 'These fields are required: [Branches]');
  else if (!Array.isArray(branches)) {
    if (!isOpen(branches)) findings.schema(place, 'Expected value of type Array');
  } else if (branches.length === 0) findings.schema(place, 'Value cannot be empty');
  else
    branches.forEach((branch: Json, index: number) => {
      if (!isObject(branch)) findings.schema([...place, index], 'Expected value of type Object');
    });
}

function checkFail(findings: Findings, state: JsonObject, path: Path, language: QueryLanguage): void {
  for (const field of ['Error', 'Cause']) {
    const value = state[field];
    if (value !== undefined && typeof value !== 'string' && !isExpression(value, language))
      findings.schema([...path, field], 'Expected value of type String');
  }
}
