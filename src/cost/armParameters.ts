import type { Meter } from '../model/cost';
import type { Arm } from '../model/run';
import type { Architectures, ParameterValues } from './architectures';

/**
 * What an arm's bill says of one order, in the parameters of the cost model: how often functions ran and for how long, how much was
 * published, read and written, how many transitions, how long an Express execution was billed. What it does not tell is absent.
 * Log is left out: it is what timing needs, not the order.
 */
export const parametersOfArm = (arm: Arm, from: Architectures): ParameterValues => {
  const { cost } = arm;
  if (!cost || cost.executions === 0) return {};
  const mb = from.parameters['functionMb']?.value ?? 128;
  const expressMb = from.parameters['expressMb']?.value ?? 64;
  const perOrder = (meter: Meter): number =>
    cost.lines
      .filter((line) => line.meter === meter && line.amount !== null)
      .reduce((sum, line) => sum + line.quantity, 0) / cost.executions;
  const functions = perOrder('lambda.requests');
  const functionMs = functions > 0 ? (perOrder('lambda.gbSeconds') * 1024 * 1000) / mb / functions : 0;
  const expressMs = (perOrder('states.express.gbSeconds') * 1024 * 1000) / expressMb;
  const known: Record<string, number | undefined> = {
    functions,
    functionMs,
    chainFunctionMs: functionMs,
    transitions: perOrder('states.transitions') || undefined,
    durationMs: expressMs || arm.latencyMs?.mean,
    publishes: perOrder('sns.publishes'),
    reads: perOrder('dynamodb.readUnits') * 2,
    writes: perOrder('dynamodb.writeUnits'),
    logKb: 0,
  };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, number] => entry[1] !== undefined));
};
