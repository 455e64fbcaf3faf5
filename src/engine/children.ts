/** The child executions of one Map Run: started as many at a time as it allows, counted, ended with it. */
import type { EngineHost, ExecutionIdentity } from './contract';
import { Execution } from './execution';
import { childConcurrency } from './limits';
import type { MapRun, MapRunCounts } from './mapRuns';
import type { CompiledMachine, DistributedFields, MapNode } from './nodes';
import type { ChildInput } from './states/distributedMap';
import type { Group, Visit } from './visit';

const countedAs = { SUCCEEDED: 'succeeded', FAILED: 'failed', TIMED_OUT: 'timedOut', ABORTED: 'aborted' } as const;

export class Children implements Group {
  readonly kind = 'children';
  readonly executions: Execution[] = [];
  readonly #machine: CompiledMachine;
  readonly #host: EngineHost;
  #next = 0;
  #running = 0;
  #pumping = false;
  #resolve: ((exceeded: boolean) => void) | undefined;
  #over = false;

  constructor(
    private visit: Visit<MapNode>,
    readonly mapRun: MapRun,
    private readonly inputs: readonly ChildInput[],
    private readonly fields: DistributedFields,
  ) {
    const { start, states } = visit.node.processor;
    const timeout = fields.definition['TimeoutSeconds'];
    this.#machine = {
      start,
      states,
      definition: fields.definition,
      timeoutSeconds: typeof timeout === 'number' ? timeout : undefined,
    };
    this.#host = visit.flow.run.host;
    for (const { items } of inputs) mapRun.itemCounts.total += items;
    mapRun.itemCounts.pending = mapRun.itemCounts.total;
    mapRun.executionCounts.total = mapRun.executionCounts.pending = inputs.length;
  }

  /** Resolves when all are over or too many failed; true for the latter. Never, if the Map is aborted first. */
  run(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.visit.flow.waiting = { cancel: () => this.#abort() };
      this.mapRun.onUpdate(() => this.#pump());
      this.#pump();
    });
  }

  /** A redrive of the parent: children that did not succeed are redriven (Express ones started anew), the rest go on. */
  resume(visit: Visit<MapNode>): Promise<boolean> {
    this.visit = visit;
    this.#over = false;
    this.#running = 0;
    this.mapRun.redrive(this.#host.clock.now());
    return new Promise((resolve) => {
      this.#resolve = resolve;
      visit.flow.waiting = { cancel: () => this.#abort() };
      this.#pumping = true;
      for (const [index, child] of this.executions.entries())
        if (child && child.status !== 'SUCCEEDED') this.#again(index, child);
      this.#pumping = false;
      this.#pump();
    });
  }

  #again(index: number, child: Execution): void {
    const { items } = this.inputs[index]!;
    this.#running++;
    this.#move(items, countedAs[child.status as keyof typeof countedAs] ?? 'failed', 'running');
    if (!child.redrivable) return this.#launch(index);
    child.redrive();
    this.#await(child, items);
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    const limit = (): number => this.mapRun.limits.maxConcurrency || childConcurrency;
    while (!this.#over && this.#next < this.inputs.length && this.#running < limit()) this.#startNext();
    this.#pumping = false;
    if (!this.#over && this.#running === 0 && this.#next >= this.inputs.length) this.#finish(false);
  }

  #startNext(): void {
    const index = this.#next++;
    this.#running++;
    this.#move(this.inputs[index]!.items, 'pending', 'running');
    this.#launch(index);
  }

  #launch(index: number): void {
    const { input, items } = this.inputs[index]!;
    const child = new Execution(
      this.#machine,
      { identity: this.#identity(), input, pacer: this.visit.flow.run.pacer },
      this.#host,
    );
    this.executions[index] = child;
    this.#host.mapRuns?.childStarted(this.mapRun, child);
    child.start();
    this.#await(child, items);
  }

  #await(child: Execution, items: number): void {
    if (child.status !== 'RUNNING') this.#ended(child, items);
    else void child.done.then(() => this.#ended(child, items));
  }

  #ended(child: Execution, items: number): void {
    this.#running--;
    this.#move(items, 'running', countedAs[child.status as keyof typeof countedAs] ?? 'failed');
    if (this.#over) return;
    if (this.mapRun.exceeded) {
      this.#over = true;
      for (const other of this.executions) other?.stop();
      return this.#finish(true);
    }
    this.#pump();
  }

  #move(items: number, from: keyof MapRunCounts, to: keyof MapRunCounts): void {
    const { itemCounts, executionCounts } = this.mapRun;
    itemCounts[from] -= items;
    itemCounts[to] += items;
    executionCounts[from] -= 1;
    executionCounts[to] += 1;
  }

  #identity(): ExecutionIdentity {
    const { identity } = this.visit.flow.run;
    const { stateMachineArn, label, arn } = this.mapRun;
    const express = this.fields.executionType === 'EXPRESS';
    const name = this.#host.uuid();
    const prefix = stateMachineArn.replace(':stateMachine:', express ? ':express:' : ':execution:');
    return {
      arn: express ? `${prefix}:${name}:${this.#host.uuid()}` : `${prefix}:${name}`,
      name,
      roleArn: identity.roleArn,
      stateMachine: { arn: stateMachineArn, name: `${identity.stateMachine.name}/${label}` },
      type: this.fields.executionType,
      startedAt: this.#host.clock.now(),
      redriveCount: 0,
      mapRunArn: arn,
    };
  }

  #finish(exceeded: boolean): void {
    this.#over = true;
    this.visit.flow.waiting = undefined;
    this.#resolve?.(exceeded);
  }

  /** The Map's own path was ended. */
  #abort(): void {
    this.#over = true;
    this.mapRun.finish('ABORTED', this.#host.clock.now());
    for (const child of this.executions) child?.stop();
  }
}
