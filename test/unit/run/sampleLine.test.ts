import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  endedLine,
  executionNameOf,
  notStartedLine,
  parseLine,
  startedLine,
  type SampleHead,
} from '../../../src/run/sampleLine';
import type { Sample } from '../../../src/stats';

const head: SampleHead = {
  head: 'stepbench.samples/1',
  runId: 'r',
  pid: 1,
  target: { kind: 'aws' },
  region: 'us-east-1',
  arms: [{ type: 'STANDARD', load: { kind: 'burst', executions: 1 }, machineArn: 'arn', namePrefix: 'sb-r-0-' }],
};
const read = (line: string) => parseLine(JSON.parse(line), head);

describe('lines of a samples file', () => {
  it('gives back a whole sample', () => {
    const sample: Sample = {
      name: 'sb-r-0-12',
      atMs: 1234.56,
      latencyMs: 78.9,
      status: 'failed',
      error: 'Order.Failed',
      startMs: 1.25,
      serviceMs: 77,
      throttles: 2,
      payloadBytes: 512,
      saturated: true,
      billed: { durationMs: 100, memoryMb: 64 },
    };
    expect(read(endedLine(0, 12, sample, 1764000000123))).toEqual({
      kind: 'ended',
      arm: 0,
      index: 12,
      sample,
      startedAt: 1764000000123,
    });
  });

  it('takes at most 100 bytes for a usual sample', () => {
    const sample: Sample = {
      name: 'x',
      atMs: 123456.78,
      latencyMs: 12345.67,
      status: 'succeeded',
      startMs: 12.34,
      serviceMs: 12345,
      payloadBytes: 20480,
    };
    expect(endedLine(0, 99_999, sample, 1764000000123).length).toBeLessThanOrEqual(100);
    expect(
      endedLine(1, 99_999, { ...sample, billed: { durationMs: 12400, memoryMb: 64 } }, 1764000000123).length,
    ).toBeLessThanOrEqual(100);
    expect(startedLine(1, 99_999, false, 123456.78).length).toBeLessThanOrEqual(40);
  });

  it('keeps every status, warm-up and cut', () => {
    for (const status of ['succeeded', 'failed', 'timedOut', 'aborted', 'unknown'] as const)
      for (const warmup of [undefined, true] as const)
        for (const cut of [undefined, true] as const) {
          const line = read(
            endedLine(
              0,
              3,
              { name: 'n', atMs: 1, latencyMs: 2, status, ...(warmup && { warmup }), ...(cut && { cut }) },
              0,
            ),
          );
          expect(line).toMatchObject({ kind: 'ended', sample: { status, name: warmup ? 'sb-r-0-w3' : 'sb-r-0-3' } });
          expect(line?.kind === 'ended' ? [line.sample.warmup, line.sample.cut] : []).toEqual([warmup, cut]);
        }
  });

  it('rounds times to a hundredth of a millisecond and nothing else', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), fc.nat(100_000), (ms, index) => {
        const line = read(endedLine(0, index, { name: '', atMs: ms, latencyMs: ms, status: 'succeeded' }, 5));
        if (line?.kind !== 'ended') throw new Error('not an end');
        expect(Math.abs(line.sample.latencyMs - ms)).toBeLessThanOrEqual(0.005001);
        expect(line.index).toBe(index);
      }),
    );
  });

  it('reads starts, and starts that came to nothing', () => {
    expect(read(startedLine(1, 7, true, 3.456))).toEqual({
      kind: 'started',
      arm: 1,
      index: 7,
      warmup: true,
      atMs: 3.46,
    });
    expect(read(notStartedLine(1, 7, false))).toEqual({ kind: 'notStarted', arm: 1, index: 7, warmup: false });
  });

  it('reads the head, and passes over what is none of ours', () => {
    expect(parseLine(head, undefined)).toEqual({ kind: 'head', head });
    for (const other of [null, 5, 'x', {}, { head: 'another' }, ['z', 0, 0, 0]])
      expect(parseLine(other, head)).toBeUndefined();
  });

  it('names executions and warm-ups apart', () => {
    expect([executionNameOf('p-', 1, false), executionNameOf('p-', 1, true)]).toEqual(['p-1', 'p-w1']);
  });
});
