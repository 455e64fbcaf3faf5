import type { JsonObject } from './json';

/** AWS's own word for the two kinds of workflow; also the `type` of an arm in a run document. */
export type WorkflowType = 'STANDARD' | 'EXPRESS';

/** Systems under test: the two types, the study's other two architectures, and a workflow's interpreter as a service of one's own. */
export const systemNames = ['standard', 'express', 'event-driven', 'gateway', 'as-code'] as const;
export type SystemName = (typeof systemNames)[number];

export type QueryLanguage = 'JSONPath' | 'JSONata';

export const stateTypes = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'] as const;
export type StateType = (typeof stateTypes)[number];

/** A position in a text: zero-based line and UTF-16 column, as editors count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface TextRange {
  readonly start: Position;
  readonly end: Position;
}

/**
 * One state of a machine as it stands in the text.
 * `path` is the key of every figure: `Order/Branches[0]/Charge`, `Orders/ItemProcessor/Check`.
 */
export interface StateOutline {
  readonly path: string;
  readonly name: string;
  readonly type: StateType;
  /** Resource of a Task as written, placeholders included. */
  readonly resource?: string;
  /** Path of the enclosing Parallel or Map state, absent at the top. */
  readonly parent?: string;
  /** Paths of the states it can go to: Next, Default, Choices, Catch. */
  readonly next: readonly string[];
  /** The state's name in the text. */
  readonly nameRange: TextRange;
  /** From its name to its closing brace. */
  readonly range: TextRange;
  /** SHA-256 (hex, first 16 characters) of the state's own JSON, key order and white space not counted: a changed one marks its figures stale. */
  readonly hash: string;
}

/** A parsed ASL text: the definition, where each state stands, and what is wrong with it. */
export interface ParsedMachine {
  /** Undefined where the text is no machine at all (broken JSON, not ASL). */
  readonly definition?: JsonObject;
  readonly queryLanguage: QueryLanguage;
  /** Range of the first line or the `StartAt`: where file-level lenses stand. */
  readonly headRange: TextRange;
  readonly states: readonly StateOutline[];
  readonly problems: readonly Problem[];
}

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Something wrong with a text, a plan or a setting: what, and where. */
export interface Problem {
  readonly severity: Severity;
  /** AWS's code where it has one (`SCHEMA_VALIDATION_FAILED`, `MISSING_TRANSITION_TARGET`), else ours. */
  readonly code: string;
  readonly message: string;
  /** JSON pointer in AWS's form: `/States/X/Next`; `/` for the whole. */
  readonly path: string;
  readonly range?: TextRange;
}
