/** Definition → compiled nodes, once: a machine that runs a million times reads its paths, templates and expressions once. */
import type { HistoryEventType } from '../model/event';
import type { Json, JsonObject } from '../model/json';
import { isObject } from '../model/json';
import type { QueryLanguage, StateType } from '../model/machine';
import { compileChoiceState, compileMap } from './compileGroups';
import { familyOf } from './family';
import { numberField, textField, textOf } from './fields';
import { parseResource } from './integration';
import type { Catcher, CompiledMachine, MachineNode, NodeBase, Retrier, StateNode } from './nodes';
import { compileJsonata, compileTemplate } from './query';
import type { Evaluate } from './query/contract';
import { jsonataSettle, jsonpathPrepare, jsonpathSettle } from './settle';

/** A definition the interpreter cannot make nodes of. The validator of `asl/` says it better; this is the last line. */
export class DefinitionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DefinitionError';
  }
}

/** Compiles a whole definition. Throws DefinitionError where it is none. */
export const compileMachine = (definition: JsonObject): CompiledMachine => {
  const { start, states } = compileStates(definition, languageOf(definition, 'JSONPath'));
  const timeout = definition['TimeoutSeconds'];
  return { start, states, definition, timeoutSeconds: typeof timeout === 'number' ? timeout : undefined };
};

const languageOf = (fields: JsonObject, inherited: QueryLanguage): QueryLanguage =>
  fields['QueryLanguage'] === 'JSONata' ? 'JSONata' : fields['QueryLanguage'] === 'JSONPath' ? 'JSONPath' : inherited;

/** A machine, a branch or a processor; `machineLanguage` is what the whole definition says, whatever a Map or Parallel around says. */
const compileStates = (definition: JsonObject, machineLanguage: QueryLanguage): MachineNode => {
  const fields = definition['States'];
  if (!isObject(fields)) throw new DefinitionError('States must be an object of states.');
  const states = new Map<string, StateNode>();
  for (const [name, state] of Object.entries(fields)) {
    if (!isObject(state)) throw new DefinitionError(`State ${name} must be an object.`);
    states.set(name, compileState(name, state, languageOf(state, machineLanguage), machineLanguage));
  }
  const start = states.get(textOf(definition['StartAt']));
  if (!start) throw new DefinitionError(`StartAt names no state: ${textOf(definition['StartAt'])}.`);
  const machine: MachineNode = { start, states };
  for (const node of states.values()) {
    node.machine = machine;
    if (node.next !== undefined) node.nextNode = nodeNamed(machine, node.next);
  }
  return machine;
};

export const nodeNamed = (machine: MachineNode, name: string): StateNode => {
  const node = machine.states.get(name);
  if (!node) throw new DefinitionError(`No state is named ${name}.`);
  return node;
};

const optional = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

const compileState = (
  name: string,
  state: JsonObject,
  language: QueryLanguage,
  machineLanguage: QueryLanguage,
): StateNode => {
  const type = state['Type'] as StateType;
  const jsonata = language === 'JSONata';
  const base = (prepare: NodeBase['prepare'], settle: NodeBase['settle']): NodeBase => ({
    name,
    language,
    entered: `${type}StateEntered` as HistoryEventType,
    exited: `${type}StateExited` as HistoryEventType,
    next: state['End'] === true ? undefined : optional(state['Next']),
    nextNode: undefined,
    machine: undefined as unknown as MachineNode,
    prepare,
    settle,
    retriers: list(state['Retry']).map(compileRetrier),
    catchers: list(state['Catch']).map((catcher) => compileCatcher(catcher, language)),
  });
  /** States with a result: Arguments or Parameters before it, Output or ResultPath after it. */
  const worker = (): NodeBase =>
    jsonata
      ? base(
          state['Arguments'] === undefined ? undefined : compileJsonata(state['Arguments'], 'Arguments'),
          jsonataSettle(state, 'result', 'result'),
        )
      : base(jsonpathPrepare(state, state['Parameters']), jsonpathSettle(state));
  /** States without one: their (effective) input is their result. */
  const passer = (): NodeBase =>
    jsonata
      ? base(undefined, jsonataSettle(state, 'input', 'none'))
      : base(jsonpathPrepare(state, undefined), jsonpathSettle(state));

  switch (type) {
    case 'Task': {
      const resource = textOf(state['Resource']);
      const integration = parseResource(resource);
      const waitsForToken = integration.pattern === 'waitForTaskToken' || integration.service === 'activity';
      return {
        ...worker(),
        type,
        resource,
        integration,
        family: familyOf(integration),
        waitsForToken,
        hasToken: waitsForToken || integration.pattern.startsWith('sync'),
        timeout: numberField(state, 'TimeoutSeconds', language),
        heartbeat: numberField(state, 'HeartbeatSeconds', language),
        credentials: template(state['Credentials'], 'Credentials', language),
      };
    }
    case 'Pass': {
      if (jsonata) return { ...passer(), type };
      const result = state['Result'];
      return {
        ...base(jsonpathPrepare(state, state['Parameters']), jsonpathSettle(state)),
        type,
        fixed: result === undefined ? undefined : { value: result },
      };
    }
    case 'Wait':
      return {
        ...passer(),
        type,
        seconds: numberField(state, 'Seconds', language),
        timestamp: numberField(state, 'Timestamp', language),
      };
    case 'Succeed':
      return { ...passer(), type };
    case 'Fail':
      return {
        ...passer(),
        type,
        error: textField(state, 'Error', language),
        cause: textField(state, 'Cause', language),
      };
    case 'Choice':
      return compileChoiceState(passer(), state);
    case 'Parallel':
      return {
        ...worker(),
        type,
        branches: list(state['Branches']).map((branch) => compileStates(branch, machineLanguage)),
      };
    case 'Map':
      return compileMap(
        jsonata
          ? base(undefined, jsonataSettle(state, 'result', 'result'))
          : base(jsonpathPrepare(state, undefined), jsonpathSettle(state)),
        state,
        (processor) => compileStates(processor, machineLanguage),
      );
    default:
      throw new DefinitionError(`State ${name} has an unknown Type: ${String(type)}.`);
  }
};

const list = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as Json[]).filter(isObject) : [];

const template = (value: Json | undefined, field: string, language: QueryLanguage): Evaluate | undefined =>
  value === undefined ? undefined : language === 'JSONata' ? compileJsonata(value, field) : compileTemplate(value);

/** Defaults of the language: 1 s, three attempts, rate 2, no jitter, no bound on the delay. */
const compileRetrier = (retrier: JsonObject): Retrier => {
  const number = (field: string, fallback: number): number =>
    typeof retrier[field] === 'number' ? retrier[field] : fallback;
  return {
    errors: names(retrier['ErrorEquals']),
    interval: number('IntervalSeconds', 1),
    maxAttempts: number('MaxAttempts', 3),
    backoffRate: number('BackoffRate', 2),
    maxDelay: number('MaxDelaySeconds', Number.POSITIVE_INFINITY),
    jitter: retrier['JitterStrategy'] === 'FULL',
  };
};

const compileCatcher = (catcher: JsonObject, language: QueryLanguage): Catcher => ({
  errors: names(catcher['ErrorEquals']),
  next: textOf(catcher['Next']),
  settle:
    language === 'JSONata'
      ? jsonataSettle(catcher, 'errorOutput', 'errorOutput')
      : jsonpathSettle({ ResultPath: catcher['ResultPath'], Assign: catcher['Assign'] }),
});

const names = (value: Json | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
