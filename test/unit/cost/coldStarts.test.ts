import { describe, expect, it } from 'vitest';
import { coldShares, stretchOf, type LoadStretch } from '../../../src/cost';
import type { JsonObject } from '../../../src/model/json';

const invoke = (fn: string, next?: string): JsonObject => ({
  ...{ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: fn } },
  ...(next === undefined ? { End: true } : { Next: next }),
});
const one: JsonObject = { StartAt: 'A', States: { A: invoke('a', 'B'), B: invoke('a') } };
const stretch = (type: string, executions: number, atOnce: number): LoadStretch => ({ type, executions, atOnce });
const never = { shareOf: () => 0 };

describe('the cold starts that a load meets', () => {
  it('are those in flight together at first; a function invoked again in an execution finds its own environment', () => {
    expect(coldShares(one, [stretch('STANDARD', 1, 1)], never)).toEqual([{ a: 1 }]);
    expect(coldShares(one, [stretch('STANDARD', 100, 10)], never)).toEqual([{ a: 0.1 }]);
    expect(coldShares(one, [stretch('STANDARD', 100, 100)], never)).toEqual([{ a: 1 }]);
  });

  it('are met by whoever comes first: what a warm-up or the other type made is there', () => {
    const shares = coldShares(
      one,
      [
        stretch('STANDARD', 2, 2),
        stretch('STANDARD', 100, 10),
        stretch('EXPRESS', 100, 10),
        stretch('EXPRESS', 40, 40),
      ],
      never,
    );
    expect(shares).toEqual([{ a: 1 }, { a: 0.08 }, { a: 0 }, { a: 0.75 }]);
  });

  it('count those that find their environments gone: the first, then every 1/share-th, each type by itself', () => {
    const model = { shareOf: (type: string) => (type === 'STANDARD' ? 0.25 : 0) };
    const alone = coldShares(
      one,
      [stretch('STANDARD', 1, 1), stretch('STANDARD', 8, 1), stretch('EXPRESS', 1, 1)],
      model,
    );
    // The second stretch has turns 1 to 8, of which 4 and 8 are gone.
    expect(alone).toEqual([{ a: 1 }, { a: 0.25 }, { a: 0 }]);
  });

  it('never pass one of one, and are all where they are forced', () => {
    const [shares] = coldShares(one, [stretch('STANDARD', 5, 5)], { shareOf: () => 1 });
    expect(shares).toEqual({ a: 1 });
    expect(coldShares(one, [stretch('STANDARD', 5, 1)], { ...never, forced: true })).toEqual([{ a: 1 }]);
    expect(coldShares(one, [stretch('STANDARD', 0, 0)], never)).toEqual([{}]);
  });

  it('need an environment for each invocation that runs beside another', () => {
    const wide: JsonObject = {
      StartAt: 'P',
      States: {
        P: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'X', States: { X: invoke('a') } },
            { StartAt: 'Y', States: { Y: invoke('a') } },
          ],
          Next: 'M',
        },
        M: {
          Type: 'Map',
          MaxConcurrency: 4,
          ItemProcessor: { StartAt: 'Z', States: { Z: invoke('b') } },
          End: true,
        },
      },
    };
    // Five at once want ten environments of a and twenty of b; ten at once then find half of what they want.
    const [first, second] = coldShares(wide, [stretch('STANDARD', 10, 5), stretch('EXPRESS', 10, 10)], never);
    expect(first).toEqual({ a: 0.5, b: 0.5 });
    expect(second).toEqual({ a: 0.5, b: 0.5 });
  });
});

describe('a load as a stretch', () => {
  it('has so many in flight as its shape lets', () => {
    expect(stretchOf('STANDARD', { kind: 'iterations', executions: 5, concurrency: 10 }, 1)).toEqual(
      stretch('STANDARD', 5, 5),
    );
    expect(stretchOf('EXPRESS', { kind: 'burst', executions: 7 }, 1)).toEqual(stretch('EXPRESS', 7, 7));
    const rate = { kind: 'arrivalRate', rate: 10, durationMs: 60_000, maxInFlight: 50 } as const;
    expect(stretchOf('EXPRESS', rate, 2_000)).toEqual(stretch('EXPRESS', 600, 20));
    expect(stretchOf('EXPRESS', { ...rate, endRate: 30 }, 2_000)).toEqual(stretch('EXPRESS', 1200, 50));
    expect(stretchOf('EXPRESS', rate, 0).atOnce).toBe(1);
  });
});
