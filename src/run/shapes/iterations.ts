import { positiveNumber, wholeNumber } from './problems';
import { amount, mostConcurrent, mostExecutions, type BaseShape } from './shape';

/** N executions, C at a time: the closed model of the study's "25 at 1". */
export const iterations: BaseShape<'iterations'> = {
  kind: 'iterations',
  validate: (load, path) => [
    ...wholeNumber(`${path}/executions`, 'Executions', load.executions, 1, mostExecutions),
    ...wholeNumber(`${path}/concurrency`, 'Concurrency', load.concurrency, 1, mostConcurrent),
    ...(load.thinkMs === undefined || load.thinkMs === 0
      ? []
      : positiveNumber(`${path}/thinkMs`, 'Think time in ms', load.thinkMs, 3_600_000)),
  ],
  describe: (load) =>
    `${amount(load.executions, 'execution')}, ${load.concurrency.toLocaleString('en')} at a time` +
    (load.thinkMs ? `, ${load.thinkMs} ms apart` : ''),
  planned: (load) => load.executions,
  schedule: (load) => ({
    model: 'closed',
    executions: load.executions,
    concurrency: Math.min(load.concurrency, load.executions),
    thinkMs: load.thinkMs ?? 0,
  }),
  blocks: (load) => {
    const size = load.concurrency === 1 ? 1 : Math.max(load.concurrency, Math.ceil(load.executions / 5));
    const blocks = [];
    for (let left = load.executions; left > 0; left -= size) blocks.push({ ...load, executions: Math.min(size, left) });
    return blocks;
  },
};
