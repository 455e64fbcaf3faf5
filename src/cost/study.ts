import { architectures, costArchitectures, type Architectures } from './architectures';
import type { Rates } from './bill';
import { parsePriceTable, type PriceTable } from './table';
import prices from './study.json';

/** The prices the study states, as a table of its own (region `study`). */
const studyPrices = (): PriceTable => {
  const parsed = parsePriceTable(prices);
  if (!parsed.ok) throw new Error(`The study's price table is damaged: ${parsed.problems.join(' ')}`);
  return parsed.table;
};

/** The study's cost model: what an execution of a duration costs, with everything it leaves out left out. */
const asStudied: Architectures = {
  schema: 'stepbench.architectures/1',
  parameters: {
    durationMs: { value: 3200, unit: 'ms', source: 'the study' },
    transitions: { value: 100, unit: 'transitions', source: 'the study: "conservatively assume"' },
    publishes: { value: 3, unit: 'notifications', source: 'the study' },
    pairs: { value: 3, unit: 'read-and-write pairs', source: 'the study: three tables' },
  },
  architectures: [
    { id: 'standard', name: 'Standard', meters: [{ price: 'states.transitions', quantity: ['transitions'] }] },
    {
      id: 'express',
      name: 'Express',
      meters: [{ price: 'states.express.gbSeconds', quantity: [{ of: 'durationMs', dividedBy: 1000 }] }],
    },
    {
      id: 'event-driven',
      name: 'Event-driven',
      meters: [
        { price: 'lambda.gbSeconds', quantity: [{ of: 'durationMs', dividedBy: 1000 }] },
        { price: 'sns.publishes', quantity: ['publishes'] },
        { price: 'dynamodb.writeUnits', quantity: ['pairs'] },
      ],
    },
    {
      id: 'gateway',
      name: 'Gateway',
      meters: [{ price: 'ec2.hours.t4g.small', quantity: [{ of: 'durationMs', dividedBy: 3_600_000 }] }],
    },
  ],
};

const differences: Readonly<Record<string, string>> = {
  standard:
    'The study assumes 100 transitions where the workflow makes some 13, and leaves out Lambda, SNS and DynamoDB.',
  express:
    'The study takes one second for one GB-second where 64 MB are billed (a sixteenth), and leaves out the request ($1.00 per million), Lambda and the services.',
  'event-driven':
    'The study bills the whole duration as one 1 GB function and leaves out Lambda’s requests; DynamoDB’s on-demand prices were halved in November 2024.',
  gateway:
    'The study bills the instance for the seconds of one order; an instance is billed by the hour whether orders come or not, and its Lambda functions besides.',
};

export interface StudyRow {
  readonly id: string;
  readonly name: string;
  /** USD of one execution as the study reckons, at its prices. */
  readonly asStudied: number;
  /** USD of one execution today, at the volume; everything counted. */
  readonly today: number;
  readonly why: string;
}

/** The study's cost figures for a duration, and the same at today's prices with all that is billed, side by side. */
export const studyCosts = (durationMs: number, executionsPerMonth: number, rates: Rates): StudyRow[] => {
  const then = costArchitectures(
    asStudied,
    1,
    { table: studyPrices(), region: 'study' },
    { parameters: { durationMs } },
  );
  const now = costArchitectures(architectures(rates.table), executionsPerMonth, rates, { parameters: { durationMs } });
  return then.map(({ id, name, total }) => ({
    id,
    name,
    asStudied: total,
    today: now.find((each) => each.id === id)?.perExecution ?? NaN,
    why: differences[id] ?? '',
  }));
};
