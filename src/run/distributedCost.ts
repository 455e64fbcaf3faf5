import { bill, priceTable, totalOf, type BillItem } from '../cost';
import type { WorkflowType } from '../model/machine';
import { money } from '../plan/forecast';
import type { Quotas } from '../plan/quotas';
import { childStates, driverShape, type DriverShape } from '../target/driver';
import { scheduleOf, type BaseLoad } from './shapes';

/** What a driver did, as its Map Run counts it. */
export interface Driven {
  readonly shape: DriverShape;
  readonly children: number;
  readonly region: string;
  readonly assumeRegion?: string;
  /** How long the driver ran: no child has lived longer, ms. */
  readonly driverMs: number;
}

/** Least that an Express execution is billed for (AWS pricing page: 100 ms steps, 64 MB chunks). */
const expressStepMs = 100;
const expressMb = 64;

/** The driver's own bill: the Map state, one transition for each child started, and what the children are themselves. */
export const driverItems = ({ shape, children, driverMs }: Driven): readonly BillItem[] => {
  const inChildren = shape.child === 'STANDARD' ? children * childStates(shape) : 0;
  const transitions: BillItem = {
    price: 'states.transitions',
    quantity: 1 + children + inChildren,
    provenance: 'derived',
    note: `The Map state, ${children} children started${inChildren > 0 ? `, ${childStates(shape)} states entered in each` : ''}.`,
  };
  if (shape.child === 'STANDARD') return [transitions];
  const seconds = (Math.ceil(driverMs / expressStepMs) * expressStepMs) / 1_000;
  return [
    transitions,
    { price: 'states.express.requests', quantity: children, provenance: 'derived' },
    {
      price: 'states.express.gbSeconds',
      quantity: children * seconds * (expressMb / 1_024),
      provenance: 'derived',
      note: 'At most: as if each child had lived as long as the driver.',
    },
  ];
};

/** `complete` is false where a price is not known for the region. */
export const driverCost = (driven: Driven): { readonly usd: number; readonly complete: boolean } => {
  const { region, assumeRegion } = driven;
  const lines = bill(driverItems(driven), { table: priceTable(), region, ...(assumeRegion ? { assumeRegion } : {}) });
  const { total, complete } = totalOf(lines);
  return { usd: total, complete };
};

/** The driver that a load of a type needs. */
export const driverShapeOf = (type: WorkflowType, load: BaseLoad): DriverShape => {
  const schedule = scheduleOf(load);
  return driverShape(type, schedule.model === 'open' ? schedule : { model: 'closed', thinkMs: schedule.thinkMs });
};

const bucket = ({ bucket: size, refill }: { bucket: number; refill: number }) =>
  Number.isFinite(refill)
    ? `${size.toLocaleString('en')} at once and ${refill.toLocaleString('en')} a second`
    : 'unlimited here';

/** What a reader of a driven arm must know: who made the load, what it shares with the workflow, and what it cost. */
export const driverNote = (
  type: string,
  machine: string,
  driven: Driven,
  quotas: Quotas,
  sharedInputs: number,
): string => {
  const { shape, children } = driven;
  const starts = shape.type === 'EXPRESS' ? quotas.startExecutionExpress : quotas.startExecutionStandard;
  const items = driverItems(driven);
  return [
    `${type}: the load came from within the account, out of ${children.toLocaleString('en')} ${shape.child === 'EXPRESS' ? 'Express' : 'Standard'} children of a distributed Map in ${machine}.`,
    `Its ${(items[0]?.quantity ?? 0).toLocaleString('en')} transitions and the starts come out of the same buckets as the workflow's own (transitions: ${bucket(quotas.stateTransition)}; starts: ${bucket(starts)}), so near them it slows what it measures.`,
    `Its own cost, at most ${money(driverCost(driven).usd)}, is not in the figures of the arm.`,
    shape.model === 'open'
      ? 'Latency is on the service’s clock, from the moment each start was due to the end; client round trips are not in it.'
      : 'Latency is on the service’s clock, from start to end; client round trips are not in it.',
    ...(sharedInputs < children
      ? [
          `Only ${sharedInputs.toLocaleString('en')} different inputs fit into the driver; executions take them in turn.`,
        ]
      : []),
  ].join(' ');
};
