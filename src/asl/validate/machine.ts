/** A whole definition: its frame, every state in it, and whether the states hang together. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import type { QueryLanguage, WorkflowType } from '../../model/machine';
import { nestedMachines } from '../outline';
import type { Path } from '../sourceTree';
import { branchFields, machineFields, processorFields } from './fields';
import { checkScope } from './assign';
import { Findings, isOpen, listOf, type Finding } from './findings';
import { checkGraph } from './graph';
import { checkNumber } from './numbers';
import { checkLanguageName, checkState, languageOfState } from './state';

const maxName = 80;
/** Machines within machines deeper than this are told and not entered. */
const maxNesting = 50;

interface Walk {
  readonly findings: Findings;
  /** Names seen so far: a name may occur once in the whole definition. */
  readonly names: Set<string>;
}

/** All that is wrong with a definition. Never throws. */
export function findProblems(definition: JsonObject, type: WorkflowType): Finding[] {
  const walk: Walk = { findings: new Findings(), names: new Set() };
  checkFrame(walk, definition);
  checkMachine(walk, definition, [], {
    language: languageOfState(definition, 'JSONPath'),
    type,
    depth: 0,
    outer: new Set(),
  });
  return walk.findings.all;
}

function checkFrame({ findings }: Walk, definition: JsonObject): void {
  checkKnown(findings, definition, [], machineFields);
  const { Version: version, QueryLanguage: language, Comment: comment } = definition;
  if (version !== undefined && version !== '1.0' && !isOpen(version))
    findings.schema(['Version'], `Value should be one of the following: ${listOf(['1.0'])}`);
  checkLanguageName(findings, language, ['QueryLanguage']);
  if (comment !== undefined && typeof comment !== 'string')
    findings.schema(['Comment'], 'Expected value of type String');
  checkNumber(findings, definition.TimeoutSeconds, ['TimeoutSeconds'], { integer: true, least: 0, most: 99_999_999 });
}

function checkKnown(findings: Findings, object: JsonObject, path: Path, fields: readonly string[]): void {
  for (const field of Object.keys(object))
    if (!fields.includes(field) && !isOpen(field))
      findings.schema(path, `Field '${field}' is not supported`, { at: [...path, field], onKey: true });
}

/** Where in the whole a machine stands. */
interface Standing {
  readonly language: QueryLanguage;
  readonly type: WorkflowType;
  readonly depth: number;
  /** Variables that the scopes around it assign. */
  readonly outer: ReadonlySet<string>;
}

function checkMachine(walk: Walk, machine: JsonObject, path: Path, standing: Standing): void {
  const { findings } = walk;
  const { language, depth } = standing;
  if (depth > maxNesting) {
    findings.error('TOO_DEEPLY_NESTED', path, 'The states are too deeply nested');
    return;
  }
  const missing = ['States', 'StartAt'].filter((field) => machine[field] === undefined);
  if (missing.length > 0) findings.schema(path, `These fields are required: ${listOf(missing)}`);
  const { States: states, StartAt: start } = machine;
  if (start !== undefined && typeof start !== 'string')
    findings.schema([...path, 'StartAt'], 'Expected value of type String');
  if (states === undefined) return;
  if (!isObject(states)) {
    if (!isOpen(states)) findings.schema([...path, 'States'], 'Expected value of type Object');
    return;
  }
  if (Object.keys(states).length === 0) findings.schema([...path, 'States'], 'Value cannot be empty');
  const outer = checkScope(findings, states, [...path, 'States'], language, standing.outer);
  for (const [name, state] of Object.entries(states) as [string, Json][])
    checkNamed(walk, name, state, [...path, 'States', name], { ...standing, outer });
  checkGraph(findings, machine, states, path, depth > 0);
}

function checkNamed(walk: Walk, name: string, state: Json, path: Path, standing: Standing): void {
  const { findings, names } = walk;
  const { language, type, depth } = standing;
  if (name === '') findings.error('INVALID_STATE_NAME', path, 'A state name cannot be empty', { onKey: true });
  if (name.length > maxName && !isOpen(name))
    findings.error(
      'INVALID_STATE_NAME',
      path,
      `State name cannot exceed ${maxName} characters: this one has ${name.length}`,
      { onKey: true },
    );
  if (names.has(name)) findings.error('DUPLICATE_STATE_NAME', path, `Duplicate State name: ${name}`, { onKey: true });
  names.add(name);
  if (!isObject(state)) {
    if (!isOpen(state)) findings.schema(path, 'Expected value of type Object');
    return;
  }
  checkState(findings, state, path, language, type);
  for (const nested of nestedMachines(state)) {
    const place = [...path, ...nested.path];
    const isBranch = nested.segment.startsWith('Branches');
    checkKnown(findings, nested.machine, place, isBranch ? branchFields : processorFields);
    checkMachine(walk, nested.machine, place, {
      language,
      type: childType(nested.machine, type),
      depth: depth + 1,
      outer: isDistributed(nested.machine) ? new Set() : standing.outer,
    });
  }
}

/** The children of a distributed Map are executions with variables of their own. */
const isDistributed = ({ ProcessorConfig: config }: JsonObject): boolean =>
  isObject(config) && config.Mode === 'DISTRIBUTED';

/** The children of a distributed Map are executions of their own type. */
function childType(machine: JsonObject, type: WorkflowType): WorkflowType {
  const config = machine.ProcessorConfig;
  return isObject(config) &&
    config.Mode === 'DISTRIBUTED' &&
    (config.ExecutionType === 'EXPRESS' || config.ExecutionType === 'STANDARD')
    ? config.ExecutionType
    : type;
}
