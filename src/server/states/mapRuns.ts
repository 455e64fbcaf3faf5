/** Map Runs of distributed Map states and their child executions: what the engine tells of them, and the calls about them. */
import type { Execution, MapRun, MapRunObserver } from '../../engine';
import type { JsonObject } from '../../model/json';
import { ServiceError } from '../contract';
import type { Operation } from '../door/jsonProtocol';
import { parseArn } from './arn';
import type { StatesContext } from './context';
import type { ExecutionRecord, Executions } from './executions';
import { inputs } from './inputs';
import { seconds } from './machineOperations';
import type { Machines } from './machines';
import { page } from './paging';

/** Map Runs remembered; the oldest that are over make room. */
const kept = 1_000;

export class MapRuns implements MapRunObserver {
  readonly #byArn = new Map<string, MapRun>();
  readonly #byExecution = new Map<string, MapRun[]>();

  constructor(
    private readonly executions: Executions,
    private readonly machines: Machines,
    private readonly follow: (record: ExecutionRecord) => void,
  ) {}

  mapRunStarted(run: MapRun): void {
    this.#byArn.set(run.arn, run);
    const siblings = this.#byExecution.get(run.executionArn);
    if (siblings) siblings.push(run);
    else this.#byExecution.set(run.executionArn, [run]);
    if (this.#byArn.size > kept) this.#evict();
  }

  childStarted(run: MapRun, child: Execution): void {
    const { identity } = child;
    // A parent that is being started is not listed yet: its machine's revision is then the current one.
    const parent = this.executions.find(run.executionArn);
    const machineArn = parent?.machineArn ?? run.stateMachineArn.slice(0, run.stateMachineArn.lastIndexOf('/'));
    const revision = parent?.revision ?? this.machines.get(machineArn)?.revision;
    if (!revision) return;
    const record: ExecutionRecord = {
      arn: identity.arn,
      name: identity.name,
      type: identity.type,
      machineArn: run.stateMachineArn,
      machineName: identity.stateMachine.name,
      revision,
      mapRunArn: run.arn,
      input: JSON.stringify(child.input),
      startedAt: identity.startedAt,
      engine: child,
    };
    this.executions.add(record);
    this.follow(record);
  }

  /** Throws InvalidArn, ResourceNotFound. */
  get(arn: string): MapRun {
    parseArn(arn, ['mapRun']);
    const run = this.#byArn.get(arn);
    if (!run) throw new ServiceError('ResourceNotFound', `Resource not found: '${arn}'`, 400, { resourceName: arn });
    return run;
  }

  /** The label of the Map state whose child this is. */
  labelOf(record: ExecutionRecord): string | undefined {
    return record.mapRunArn === undefined ? undefined : this.#byArn.get(record.mapRunArn)?.label;
  }

  ofExecution(arn: string): readonly MapRun[] {
    return this.#byExecution.get(arn) ?? [];
  }

  /** Children, newest first. */
  executionsOf(arn: string): ExecutionRecord[] {
    return this.executions.ofMapRun(this.get(arn).arn);
  }

  #evict(): void {
    for (const run of this.#byArn.values()) {
      if (this.#byArn.size <= kept) return;
      if (run.status === 'RUNNING') continue;
      this.#byArn.delete(run.arn);
      const siblings = this.#byExecution.get(run.executionArn)?.filter((one) => one !== run) ?? [];
      if (siblings.length > 0) this.#byExecution.set(run.executionArn, siblings);
      else this.#byExecution.delete(run.executionArn);
    }
  }
}

/** A Map Run that succeeded has written what succeeded: into its state's output where there is no ResultWriter. */
const counts = (
  { status }: MapRun,
  { failuresNotRedrivable, pendingRedrive, ...rest }: MapRun['itemCounts'],
): object => ({
  ...rest,
  resultsWritten: status === 'SUCCEEDED' ? Math.max(rest.resultsWritten, rest.succeeded) : rest.resultsWritten,
  ...(failuresNotRedrivable > 0 && { failuresNotRedrivable }),
  ...(pendingRedrive > 0 && { pendingRedrive }),
});

const describe = (run: MapRun): object => ({
  mapRunArn: run.arn,
  executionArn: run.executionArn,
  status: run.status,
  startDate: seconds(run.startedAt),
  ...(run.stoppedAt !== undefined && { stopDate: seconds(run.stoppedAt) }),
  ...run.limits,
  itemCounts: counts(run, run.itemCounts),
  executionCounts: counts(run, run.executionCounts),
  redriveCount: 0,
});

function update(run: MapRun, input: JsonObject): object {
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = input as Record<
    string,
    number | undefined
  >;
  if (run.status !== 'RUNNING')
    throw new ServiceError('ValidationException', `Map Run is ${run.status} and cannot be updated`);
  run.update({
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(toleratedFailureCount !== undefined && { toleratedFailureCount }),
    ...(toleratedFailurePercentage !== undefined && { toleratedFailurePercentage }),
  });
  return {};
}

export function mapRunOperations(states: StatesContext): Record<string, Operation> {
  const { mapRuns } = states;
  return {
    DescribeMapRun: { input: inputs.DescribeMapRun, run: (input) => describe(mapRuns.get(input.mapRunArn as string)) },
    UpdateMapRun: { input: inputs.UpdateMapRun, run: (input) => update(mapRuns.get(input.mapRunArn as string), input) },
    ListMapRuns: {
      input: inputs.ListMapRuns,
      run: (input) => {
        const { arn } = states.executions.get(input.executionArn as string);
        const newestFirst = [...mapRuns.ofExecution(arn)].reverse();
        const { items, nextToken } = page(
          newestFirst,
          (run) => run.arn,
          `mapRuns ${arn}`,
          input.maxResults as number | undefined,
          input.nextToken as string | undefined,
        );
        return {
          mapRuns: items.map((run) => ({
            executionArn: run.executionArn,
            mapRunArn: run.arn,
            stateMachineArn: run.stateMachineArn,
            startDate: seconds(run.startedAt),
            ...(run.stoppedAt !== undefined && { stopDate: seconds(run.stoppedAt) }),
          })),
          nextToken,
        };
      },
    },
  };
}
