/** What all paths of one execution share. */
import type { Json, JsonObject } from '../model/json';
import { executionContext } from './context';
import type { EngineHost, ExecutionIdentity } from './contract';
import type { History } from './history';
import type { CompiledMachine } from './nodes';
import type { Pacer } from './pacer';
import type { ScopeHost } from './query/contract';

export class Run {
  #context: JsonObject | undefined;
  /** Time, chance and names for expressions. */
  readonly scopeHost: ScopeHost;

  constructor(
    readonly machine: CompiledMachine,
    readonly identity: ExecutionIdentity,
    readonly input: Json,
    readonly host: EngineHost,
    readonly history: History,
    readonly pacer: Pacer,
  ) {
    this.scopeHost = {
      now: () => host.clock.now(),
      random: () => host.random(),
      uuid: () => host.uuid(),
      hold: () => host.clock.hold(),
    };
  }

  /** `$$.Execution`. */
  executionContext(): JsonObject {
    return (this.#context ??= executionContext(this.identity, this.input));
  }
}
