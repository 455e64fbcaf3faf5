import { wholeNumber } from './problems';
import { amount, mostConcurrent, type BaseShape } from './shape';

/** N executions at once, as the study's 1, 100 … 1,000 orders: all intended for the same moment. */
export const burst: BaseShape<'burst'> = {
  kind: 'burst',
  validate: (load, path) =>
    wholeNumber(`${path}/executions`, 'Executions of a burst', load.executions, 1, mostConcurrent),
  describe: (load) => `${amount(load.executions, 'execution')} at once`,
  planned: (load) => load.executions,
  schedule: (load) => ({
    model: 'open',
    startsAt: Array.from({ length: load.executions }, () => 0),
    maxInFlight: load.executions,
  }),
  blocks: (load) => [load],
};
