import type { CostLine, Meter } from '../model/cost';
import type { Arm } from '../model/run';
import type { Architectures, ParameterValues } from './architectures';

/**
 * What the lines of a bill of `executions` say of one, in the parameters of the cost model: how often functions ran and for how long,
 * how much was published, read and written, how many transitions, how long an Express execution was billed. What they do not tell is
 * absent. Log is left out: it is what timing needs, not the workflow.
 */
export const parametersOfLines = (
  lines: readonly CostLine[],
  executions: number,
  from: Architectures,
): ParameterValues => {
  const mb = from.parameters['functionMb']?.value ?? 128;
  const expressMb = from.parameters['expressMb']?.value ?? 64;
  const perExecution = (meter: Meter): number =>
    lines.filter((line) => line.meter === meter).reduce((sum, line) => sum + line.quantity, 0) / executions;
  const functions = perExecution('lambda.requests');
  const functionMs = functions > 0 ? (perExecution('lambda.gbSeconds') * 1024 * 1000) / mb / functions : 0;
  const known: Record<string, number | undefined> = {
    functions,
    functionMs,
    chainFunctionMs: functionMs,
    transitions: perExecution('states.transitions') || undefined,
    durationMs: (perExecution('states.express.gbSeconds') * 1024 * 1000) / expressMb || undefined,
    publishes: perExecution('sns.publishes'),
    reads: perExecution('dynamodb.readUnits') * 2,
    writes: perExecution('dynamodb.writeUnits'),
    logKb: 0,
  };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, number] => entry[1] !== undefined));
};

/** The same of an arm; nothing where it has no bill. */
export const parametersOfArm = ({ cost, latencyMs }: Arm, from: Architectures): ParameterValues =>
  !cost || cost.executions === 0
    ? {}
    : {
        ...(latencyMs ? { durationMs: latencyMs.mean } : {}),
        ...parametersOfLines(cost.lines, cost.executions, from),
      };
