/** A compiled machine: each state a node with its paths, templates and expressions ready to be called. */
import type { HistoryEventType } from '../model/event';
import type { Json, JsonObject } from '../model/json';
import type { QueryLanguage } from '../model/machine';
import type { Integration } from './contract';
import type { Family } from './family';
import type { Evaluate, ScopeHost } from './query/contract';

/** A state machine, a Parallel's branch or a Map's processor. */
export interface MachineNode {
  readonly start: StateNode;
  readonly states: ReadonlyMap<string, StateNode>;
}

export interface CompiledMachine extends MachineNode {
  readonly definition: JsonObject;
  /** Of the machine as a whole; undefined where none is given. */
  readonly timeoutSeconds?: number;
}

/** A number that is written down, or found by a `…Path`, or computed by JSONata. `source` is the path or expression. */
export interface NumberField {
  /** The field's name without `Path`. */
  readonly field: string;
  /** Where in the state it stands, as a failed evaluation tells it. */
  readonly location: string;
  readonly form: 'literal' | 'path' | 'jsonata';
  readonly source: string;
  readonly evaluate: Evaluate;
}

export interface Retrier {
  readonly errors: readonly string[];
  /** Seconds. */
  readonly interval: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  /** Seconds. */
  readonly maxDelay: number;
  readonly jitter: boolean;
}

export interface Catcher {
  readonly errors: readonly string[];
  readonly next: string;
  /** Puts the error output where the next state shall find it. */
  readonly settle: Settle;
}

/**
 * How a state's output and variables come out of its result: ResultSelector, ResultPath, OutputPath and Assign, or
 * Output and Assign. The visit's `result` (or `errorOutput`) is set before.
 */
export type Settle = (visit: VisitScope, result: Json) => MaybePromiseOf<Settled>;
type MaybePromiseOf<T> = T | Promise<T>;

export interface Settled {
  readonly output: Json;
  readonly assigned?: Readonly<Record<string, Json>>;
}

/** The part of a visit that compiled expressions work on; see visit.ts. */
export interface VisitScope {
  input: Json;
  readonly host: ScopeHost;
  readonly rawInput: Json;
  readonly variables: Readonly<Record<string, Json>>;
  result?: Json;
  errorOutput?: Json;
  context(): JsonObject;
}

export interface NodeBase {
  readonly name: string;
  readonly language: QueryLanguage;
  readonly entered: HistoryEventType;
  readonly exited: HistoryEventType;
  /** Name of the next state; undefined at an end. */
  readonly next?: string;
  /** Bound after all states of the machine are compiled. */
  nextNode?: StateNode;
  /** The machine it belongs to. */
  machine: MachineNode;
  /** The state's effective input: InputPath and Parameters, or Arguments. Undefined: the input as it is. */
  readonly prepare?: (visit: VisitScope) => MaybePromiseOf<Json>;
  readonly settle: Settle;
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly Catcher[];
}

export interface TaskNode extends NodeBase {
  readonly type: 'Task';
  readonly resource: string;
  readonly integration: Integration;
  readonly family: Family;
  /** Its answer comes by a token: callbacks and activities. */
  readonly waitsForToken: boolean;
  /** `$$.Task.Token` is there: also for `.sync`, whose job may be given it. */
  readonly hasToken: boolean;
  readonly timeout?: NumberField;
  readonly heartbeat?: NumberField;
  readonly credentials?: Evaluate;
}

export interface PassNode extends NodeBase {
  readonly type: 'Pass';
  /** JSONPath's `Result`, which replaces the input. */
  readonly fixed?: { readonly value: Json };
}

export interface ChoiceRule {
  readonly matches: Evaluate<boolean>;
  readonly next: string;
  readonly settle: Settle;
}

export interface ChoiceNode extends NodeBase {
  readonly type: 'Choice';
  readonly rules: readonly ChoiceRule[];
  readonly fallback?: string;
}

export interface WaitNode extends NodeBase {
  readonly type: 'Wait';
  readonly seconds?: NumberField;
  readonly timestamp?: NumberField;
}

export interface SucceedNode extends NodeBase {
  readonly type: 'Succeed';
}

export interface FailNode extends NodeBase {
  readonly type: 'Fail';
  readonly error?: Evaluate;
  readonly cause?: Evaluate;
}

export interface ParallelNode extends NodeBase {
  readonly type: 'Parallel';
  readonly branches: readonly MachineNode[];
}

export interface MapNode extends NodeBase {
  readonly type: 'Map';
  readonly processor: MachineNode;
  /** `ItemsPath` or `Items`; undefined takes the effective input. `source` for the texts of errors. */
  readonly items?: { readonly evaluate: Evaluate; readonly source: string };
  readonly selector?: Evaluate;
  readonly maxConcurrency?: NumberField;
  readonly distributed?: DistributedFields;
  /** Its `ResultPath` puts the result somewhere within the input. */
  readonly placesResult: boolean;
}

export interface DistributedFields {
  readonly executionType: 'STANDARD' | 'EXPRESS';
  readonly label?: string;
  readonly definition: JsonObject;
  readonly toleratedCount?: NumberField;
  readonly toleratedPercentage?: NumberField;
  readonly reader?: ReaderFields;
  readonly batcher?: BatcherFields;
  readonly writer?: WriterFields;
}

export interface ReaderFields {
  readonly resource: string;
  readonly parameters: Evaluate;
  readonly inputType: 'CSV' | 'JSON' | 'JSONL' | 'MANIFEST' | 'PARQUET' | 'LIST';
  readonly manifestType?: string;
  readonly headerLocation?: 'FIRST_ROW' | 'GIVEN';
  readonly headers?: readonly string[];
  readonly delimiter: string;
  readonly maxItems?: NumberField;
  readonly itemsPointer?: string;
}

export interface BatcherFields {
  readonly maxItems?: NumberField;
  readonly maxBytes?: NumberField;
  readonly batchInput?: Evaluate;
}

export interface WriterFields {
  readonly resource?: string;
  readonly parameters?: Evaluate;
  readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
  readonly outputType: 'JSON' | 'JSONL';
}

export type StateNode = TaskNode | PassNode | ChoiceNode | WaitNode | SucceedNode | FailNode | ParallelNode | MapNode;
