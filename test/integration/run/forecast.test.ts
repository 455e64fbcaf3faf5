import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import type { Load } from '../../../src/model/plan';
import { run } from './setUp';

const example = path.join(__dirname, '../../../examples/order-booking/order.asl.json');

const forecastsOf = async (load: Load, warmup: number) => {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const { document } = await run({
    plan: {
      ...{ file: example, load, warmup },
      target: { kind: 'embedded', profile: 'study' },
      input: { kind: 'file', path: path.join(path.dirname(example), 'inputs', 'good.json') },
    },
  });
  delay.disable();
  const lateMs = delay.percentile(99) / 1e6;
  expect(document.arms.map((arm) => arm.executions.failed)).toEqual([0, 0]);
  return ['Standard', 'Express'].map((type) => {
    const { message } = document.notes.find((note) => note.message.startsWith(`${type}: An execution cost`)) ?? {
      message: '',
    };
    return { message, lateMs, off: Number(/\(([+−]?[\d.]+) %\)/.exec(message)?.[1]?.replace('−', '-')) };
  });
};

/** Turns of this thread that are later than this, ms, are those of a machine that does much else. */
const busyFrom = 50;

/** A bill is of time as well, and a busy machine adds to it: then a larger difference is no fault. */
const expectNear = ({ message, lateMs, off }: Awaited<ReturnType<typeof forecastsOf>>[number]) => {
  expect(off).not.toBeNaN();
  if (Math.abs(off) < 5) return;
  expect(lateMs >= busyFrom ? 'this machine was saturated' : message).toMatch(/this machine was saturated/);
};

describe('the bill of the example against its forecast', () => {
  it('is within 5 % for 100 executions of either type', { timeout: 300_000 }, async () => {
    for (const each of await forecastsOf({ kind: 'burst', executions: 100 }, 0)) expectNear(each);
  });

  it('is within 5 % for one, with its cold starts and after a warm-up', { timeout: 300_000 }, async () => {
    for (const warmup of [0, 1])
      for (const each of await forecastsOf({ kind: 'iterations', executions: 1, concurrency: 1 }, warmup))
        expectNear(each);
  });
});
