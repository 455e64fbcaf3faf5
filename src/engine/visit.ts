/** One stay in one state: what its expressions can see, and the event it was entered with. */
import type { Json, JsonObject } from '../model/json';
import { contextObject } from './context';
import type { Flow } from './flow';
import type { StateNode, VisitScope } from './nodes';
import type { ScopeHost } from './query/contract';

/** The paths or children of a Map or Parallel; each kind knows itself again. */
export interface Group {
  readonly kind: 'paths' | 'children';
}

export class Visit<Node extends StateNode = StateNode> implements VisitScope {
  /** What `$` is for the expression at hand; the interpreter sets it before each. */
  input: Json;
  result?: Json;
  errorOutput?: Json;
  readonly variables: Readonly<Record<string, Json>>;
  /** `$$.State.RetryCount`. */
  retryCount = 0;
  /** `$$.Task.Token`, where there is one. */
  taskToken?: string;
  /** `$$.Map.Item` while a Map selects its items; else the flow's. */
  mapItem?: { readonly index: number; readonly value: Json };
  /** What a Map or Parallel has running or had, so that a redrive can go on from there. */
  group?: Group;
  /** Set on a redriven stay: what its predecessor had. */
  resumed?: Group;
  /** Id of its …StateEntered, and the id that one points to. */
  enteredId = 0;
  readonly cameFrom: number;
  /** Epoch ms. */
  readonly enteredAt: number;

  constructor(
    readonly flow: Flow,
    readonly node: Node,
    readonly rawInput: Json,
    /** `rawInput` as compact JSON. */
    readonly text: string,
  ) {
    this.input = rawInput;
    this.variables = flow.variables;
    this.cameFrom = flow.previous;
    this.enteredAt = flow.run.host.clock.now();
    this.mapItem = flow.mapItem;
  }

  /** What a Map's item selector sees: a scope of its own for each item, since several may be evaluated at a time. */
  forItem(item: { readonly index: number; readonly value: Json }, input: Json): Visit<Node> {
    const scope = new Visit(this.flow, this.node, this.rawInput, this.text);
    scope.input = input;
    scope.mapItem = item;
    scope.enteredId = this.enteredId;
    return scope;
  }

  get host(): ScopeHost {
    return this.flow.run.scopeHost;
  }

  context(): JsonObject {
    return contextObject(this);
  }
}
