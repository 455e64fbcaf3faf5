import type { Provenance } from './distribution';

/** What a line of a bill counts. */
export type Meter =
  | 'states.transitions'
  | 'states.express.requests'
  | 'states.express.gbSeconds'
  | 'lambda.requests'
  | 'lambda.gbSeconds'
  | 'sns.publishes'
  | 'sqs.requests'
  | 'events.events'
  | 'dynamodb.writeUnits'
  | 'dynamodb.readUnits'
  | 'logs.ingestedGb'
  | 'apigateway.requests'
  | 'ec2.hours';

/** quantity × unit price = amount. */
export interface CostLine {
  readonly meter: Meter;
  /** Name of the price in the table, where it is a variant of the meter's: `lambda.gbSeconds.arm64`. */
  readonly price?: string;
  /** For people: "Standard state transitions". */
  readonly label: string;
  readonly quantity: number;
  readonly unit: string;
  /** USD for one unit; null where the region has no known price. */
  readonly unitPrice: number | null;
  /** USD; null where the price or the quantity is not known: shown as missing, never as 0. */
  readonly amount: number | null;
  readonly provenance: Provenance;
  /** Why derived or assumed, and what is uncertain. */
  readonly note?: string;
}

/** The cost of an arm of a run. */
export interface ArmCost {
  readonly currency: 'USD';
  readonly region: string;
  /** Date of the price table, ISO. */
  readonly pricesOf: string;
  readonly lines: readonly CostLine[];
  /** USD for this run, orchestration and services together; null parts are left out and `complete` is false. */
  readonly total: number;
  readonly perExecution: number;
  readonly perMillion: number;
  /** Only what Step Functions itself bills, per million executions. */
  readonly orchestrationPerMillion: number;
  readonly complete: boolean;
  /** Measured executions the bill is of; warm-up not counted. */
  readonly executions: number;
  /** USD the warm-up executions cost on top, at the mean of the measured ones. */
  readonly warmup?: number;
}
