/** Retry and Catch. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import type { QueryLanguage } from '../../model/machine';
import type { Path } from '../sourceTree';
import { checkAssign } from './assign';
import { onlyFor } from './choice';
import { catchFields, retryFields } from './fields';
import { isOpen, listOf, type Findings } from './findings';
import { checkNumber } from './numbers';
import { checkReferencePath, checkTemplate } from './queries';

export function checkErrorHandling(findings: Findings, state: JsonObject, path: Path, language: QueryLanguage): void {
  checkList(findings, state.Retry, [...path, 'Retry'], retryFields, (retrier, place) =>
    checkRetrier(findings, retrier, place),
  );
  checkList(findings, state.Catch, [...path, 'Catch'], catchFields, (catcher, place) =>
    checkCatcher(findings, catcher, place, language),
  );
}

function checkList(
  findings: Findings,
  list: Json | undefined,
  path: Path,
  fields: readonly string[],
  check: (one: JsonObject, path: Path) => void,
): void {
  if (list === undefined || isOpen(list)) return;
  if (!Array.isArray(list)) {
    findings.schema(path, 'Expected value of type Array');
    return;
  }
  list.forEach((one: Json, index: number) => {
    const place = [...path, index];
    if (!isObject(one)) {
      if (!isOpen(one)) findings.schema(place, 'Expected value of type Object');
      return;
    }
    for (const field of Object.keys(one))
      if (!fields.includes(field))
        findings.schema(place, `Field '${field}' is not supported`, { at: [...place, field], onKey: true });
    checkErrorEquals(findings, one.ErrorEquals, place, index === list.length - 1);
    check(one, place);
  });
}

function checkErrorEquals(findings: Findings, names: Json | undefined, path: Path, last: boolean): void {
  const place = [...path, 'ErrorEquals'];
  if (names === undefined) findings.schema(path, 'These fields are required: [ErrorEquals]');
  else if (!Array.isArray(names)) {
    if (!isOpen(names)) findings.schema(place, 'Expected value of type Array');
  } else if (names.length === 0) findings.schema(place, 'Value cannot be empty');
  else if (names.some((name) => typeof name !== 'string')) findings.schema(place, 'Expected value of type String');
  else if (names.includes('States.ALL') && (names.length > 1 || !last))
    findings.schema(place, 'States.ALL must appear alone and at end of list');
}

function checkRetrier(findings: Findings, retrier: JsonObject, path: Path): void {
  checkNumber(findings, retrier.IntervalSeconds, [...path, 'IntervalSeconds'], {
    integer: true,
    least: 0,
    most: 99_999_999,
  });
  checkNumber(findings, retrier.MaxAttempts, [...path, 'MaxAttempts'], { integer: true, least: 0, most: 99_999_999 });
  checkNumber(findings, retrier.BackoffRate, [...path, 'BackoffRate'], { integer: false, least: 1, most: Infinity });
  checkNumber(findings, retrier.MaxDelaySeconds, [...path, 'MaxDelaySeconds'], {
    integer: true,
    least: 1,
    most: 31_622_400,
  });
  const jitter = retrier.JitterStrategy;
  if (jitter !== undefined && !isOpen(jitter) && jitter !== 'NONE' && jitter !== 'FULL') {
    findings.schema([...path, 'JitterStrategy'], `Value should be one of the following: ${listOf(['NONE', 'FULL'])}`);
  }
}

function checkCatcher(findings: Findings, catcher: JsonObject, path: Path, language: QueryLanguage): void {
  if (catcher.Next === undefined) findings.schema(path, 'These fields are required: [Next]');
  const other = language === 'JSONata' ? 'JSONPath' : 'JSONata';
  const field = language === 'JSONata' ? 'ResultPath' : 'Output';
  if (catcher[field] !== undefined)
    findings.schema(path, onlyFor(language, field, other), { at: [...path, field], onKey: true });
  if (language === 'JSONPath' && catcher.ResultPath !== undefined && catcher.ResultPath !== null)
    checkReferencePath(findings, catcher.ResultPath, [...path, 'ResultPath']);
  if (language === 'JSONata' && catcher.Output !== undefined)
    checkTemplate(findings, catcher.Output, [...path, 'Output'], language);
  checkAssign(findings, catcher.Assign, [...path, 'Assign'], language);
}
