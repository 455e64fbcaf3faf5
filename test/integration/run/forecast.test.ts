import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Load } from '../../../src/model/plan';
import { run } from './setUp';

const example = path.join(__dirname, '../../../examples/order-booking/order.asl.json');

const forecastsOf = async (load: Load, warmup: number) => {
  const { document } = await run({
    plan: {
      ...{ file: example, load, warmup },
      target: { kind: 'embedded', profile: 'study' },
      input: { kind: 'file', path: path.join(path.dirname(example), 'inputs', 'good.json') },
    },
  });
  expect(document.arms.map((arm) => arm.executions.failed)).toEqual([0, 0]);
  return ['Standard', 'Express'].map((type) => {
    const { message } = document.notes.find((note) => note.message.startsWith(`${type}: An execution cost`)) ?? {
      message: '',
    };
    return { message, off: Number(/\(([+−]?[\d.]+) %\)/.exec(message)?.[1]?.replace('−', '-')) };
  });
};

describe('the bill of the example against its forecast', () => {
  it('is within 5 % for 100 executions of either type', { timeout: 300_000 }, async () => {
    for (const { off } of await forecastsOf({ kind: 'burst', executions: 100 }, 0))
      expect(Math.abs(off)).toBeLessThan(5);
  });

  it('is within 5 % for one, with its cold starts and after a warm-up', { timeout: 300_000 }, async () => {
    for (const warmup of [0, 1])
      for (const { off } of await forecastsOf({ kind: 'iterations', executions: 1, concurrency: 1 }, warmup))
        expect(Math.abs(off)).toBeLessThan(5);
  });
});
