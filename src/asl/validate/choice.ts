/** Choice states: their rules in both query languages. */
import { comparisons, typeTests } from '../../engine/query';
import { isObject, type Json, type JsonObject } from '../../model/json';
import type { QueryLanguage } from '../../model/machine';
import { parseTimestamp } from '../../engine/query';
import type { Path } from '../sourceTree';
import { isOpen, listOf, type Findings } from './findings';
import { checkJsonataText, checkReferencePath, checkTemplate } from './queries';

/** Every operator by name, `…Path` forms included. */
const operators: readonly string[] = [...comparisons.keys()]
  .flatMap((name) => [name, `${name}Path`])
  .concat('StringMatches', ...typeTests.keys());
const isOperator = new Set(operators);
const selectors = ['And', 'Or', 'Not', 'Variable', 'Condition'] as const;
const maxDepth = 100;

export function checkChoice(findings: Findings, state: JsonObject, path: Path, language: QueryLanguage): void {
  const { Choices: choices } = state;
  const place = [...path, 'Choices'];
  if (choices === undefined) {
    findings.schema(path, 'These fields are required: [Choices]');
    return;
  }
  if (!Array.isArray(choices)) {
    if (!isOpen(choices)) findings.schema(place, 'Expected value of type Array');
    return;
  }
  if (choices.length === 0) findings.schema(place, 'Value cannot be empty');
  choices.forEach((rule: Json, index: number) => checkTopRule(findings, rule, [...place, index], language));
}

function checkTopRule(findings: Findings, rule: Json, path: Path, language: QueryLanguage): void {
  if (!isObject(rule)) {
    findings.schema(path, 'Expected value of type Object');
    return;
  }
  if (rule.Next === undefined) findings.schema(path, 'These fields are required: [Next]');
  checkRule(findings, rule, path, language, 0);
  if (rule.Assign !== undefined) checkTemplate(findings, rule.Assign, [...path, 'Assign'], language);
  if (rule.Output !== undefined) {
    if (language === 'JSONata') checkTemplate(findings, rule.Output, [...path, 'Output'], language);
    else findings.schema(path, onlyFor('JSONPath', 'Output', 'JSONata'), { at: [...path, 'Output'], onKey: true });
  }
}

export const onlyFor = (language: QueryLanguage, field: string, other: QueryLanguage): string =>
  `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`;

function checkRule(findings: Findings, rule: JsonObject, path: Path, language: QueryLanguage, depth: number): void {
  if (depth > maxDepth) return;
  const given = selectors.filter((name) => rule[name] !== undefined);
  const wrong = given.find((name) => (name === 'Condition') !== (language === 'JSONata'));
  if (wrong) {
    findings.schema(path, onlyFor(language, wrong, language === 'JSONata' ? 'JSONPath' : 'JSONata'), {
      at: [...path, wrong],
      onKey: true,
    });
    return;
  }
  if (given.length !== 1)
    findings.schema(path, `The object must have only one of the following fields, ${listOf(selectors)}`);
  checkFields(findings, rule, path, language, depth);
  if (language === 'JSONata') checkCondition(findings, rule.Condition, [...path, 'Condition']);
  else checkJsonPathRule(findings, rule, path, depth);
}

function checkFields(findings: Findings, rule: JsonObject, path: Path, language: QueryLanguage, depth: number): void {
  const allowed = new Set<string>([...selectors, 'Comment', ...(depth === 0 ? ['Next', 'Assign', 'Output'] : [])]);
  for (const field of Object.keys(rule)) {
    if (allowed.has(field) || (language === 'JSONPath' && isOperator.has(field))) continue;
    findings.schema(
      path,
      isOperator.has(field) ? onlyFor('JSONata', field, 'JSONPath') : `Field '${field}' is not supported`,
      { at: [...path, field], onKey: true },
    );
  }
}

function checkCondition(findings: Findings, condition: Json | undefined, path: Path): void {
  if (condition === undefined || typeof condition === 'boolean' || isOpen(condition)) return;
  if (typeof condition !== 'string' || !condition.startsWith('{%'))
    findings.schema(path, 'Expected value of type Boolean');
  else checkJsonataText(findings, condition, path);
}

function checkJsonPathRule(findings: Findings, rule: JsonObject, path: Path, depth: number): void {
  for (const name of ['And', 'Or'] as const) {
    const parts = rule[name];
    if (parts === undefined) continue;
    if (!Array.isArray(parts)) findings.schema([...path, name], 'Expected value of type Array');
    else if (parts.length === 0) findings.schema([...path, name], 'Value cannot be empty');
    else parts.forEach((part: Json, index: number) => checkInner(findings, part, [...path, name, index], depth));
  }
  if (rule.Not !== undefined) checkInner(findings, rule.Not, [...path, 'Not'], depth);
  if (rule.Variable !== undefined) checkComparison(findings, rule, path);
}

function checkInner(findings: Findings, rule: Json, path: Path, depth: number): void {
  if (isObject(rule)) checkRule(findings, rule, path, 'JSONPath', depth + 1);
  else findings.schema(path, 'Expected value of type Object');
}

function checkComparison(findings: Findings, rule: JsonObject, path: Path): void {
  checkReferencePath(findings, rule.Variable as Json, [...path, 'Variable'], true);
  const given = Object.keys(rule).filter((field) => isOperator.has(field));
  if (given.length > 1) findings.schema(path, `There should only be one of the following fields: ${listOf(given)}`);
  if (given.length === 0)
    findings.schema(path, `This object should have only one of the following fields: ${listOf(operators)}`);
  for (const operator of given) checkOperand(findings, operator, rule[operator] as Json, [...path, operator]);
}

function checkOperand(findings: Findings, operator: string, operand: Json, path: Path): void {
  if (isOpen(operand)) return;
  if (operator.endsWith('Path')) {
    checkReferencePath(findings, operand, path, true);
    return;
  }
  const type =
    typeTests.has(operator) || operator.startsWith('Boolean')
      ? 'boolean'
      : operator.startsWith('Numeric')
        ? 'number'
        : 'string';
  if (typeof operand !== type)
    findings.schema(
      path,
      `Expected value of type ${type === 'boolean' ? 'Boolean' : type === 'number' ? 'Number' : 'String'}`,
    );
  else if (operator.startsWith('Timestamp') && parseTimestamp(operand as string) === undefined)
    findings.schema(path, 'String does not match RFC3339 timestamp');
}
